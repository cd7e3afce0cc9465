using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class CollectionPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 4).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

    private ILocator Cards => Page.Locator(".gallery .tile");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", indexed: i >= 2);
        }

        await System.Store.PutFailuresAsync(
            WebSystem.Layout.Key,
            [new ExtractionFailure(ImageId.Of(_pictures[0]), 3, "It does not decode."), new ExtractionFailure(ImageId.Of(_pictures[1]), 3, "It has too many pixels.")],
            Token);
    }

    [Fact]
    public async Task Collection_NewestFirst_ShowsTheStates()
    {
        await Page.GotoAsync("/collection");

        await Expect(Page.Locator(".lead")).ToContainTextAsync("4 pictures");
        await Expect(Page.Locator(".tile-name")).ToHaveTextAsync(["picture 3.png", "picture 2.png", "picture 1.png", "picture 0.png"]);
        await Expect(Page.Locator("[data-state]")).ToHaveTextAsync(["Searchable", "Searchable", "Failed", "Failed"]);
        await Expect(Cards.Last).ToContainTextAsync("layout: It does not decode.");
    }

    [Fact]
    public async Task Filter_ByState_ShowsThose()
    {
        await Page.GotoAsync("/collection");

        await Page.ClickAsync(".tabs >> text=Searchable");

        await Expect(Cards).ToHaveCountAsync(2);
        await Expect(Page.Locator(".tabs [aria-current=page]")).ToHaveTextAsync("Searchable");
    }

    [Fact]
    public async Task Pages_LeadThroughTheWholeCollection()
    {
        for (var i = 0; i < 60; i++)
        {
            await System.Store.AddAsync(Samples.Image(i), Token);
        }

        Expected.Add("404"); // samples have no bytes
        await Page.GotoAsync("/collection");
        await Expect(Cards).ToHaveCountAsync(48);

        await Link("Older").ClickAsync();
        await Expect(Cards).ToHaveCountAsync(16);
        await Expect(Link("Older")).ToHaveCountAsync(0);
        await Link("Newest").ClickAsync();
        await Expect(Cards).ToHaveCountAsync(48);
    }

    [Fact]
    public async Task Delete_ByKeyboard_AsksThenDeletes()
    {
        await Page.GotoAsync("/collection");
        await Page.FocusAsync("[aria-label='Delete picture 3.png']");

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#delete-dialog")).ToContainTextAsync("picture 3.png is removed");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#delete-dialog")).ToBeHiddenAsync();
        await Expect(Cards).ToHaveCountAsync(4);

        await Page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(Page.Locator("text=Keep it"));
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Cards).ToHaveCountAsync(3);
        await Expect(Status).ToHaveTextAsync("Deleted.");
        await HasFocusAsync(Cards.First.Locator("a").First);
        Assert.Null(await System.Store.FindAsync(ImageId.Of(_pictures[3]), Token));
    }

    [Fact]
    public async Task Retry_OfOne_QueuesItAgain()
    {
        await Page.GotoAsync("/collection?state=failed");

        await Page.ClickAsync("[aria-label='Retry picture 0.png']");

        await Expect(Cards.Last.Locator("[data-state]")).ToHaveTextAsync("Waiting");
        await Expect(Cards.Last).Not.ToContainTextAsync("It does not decode.");
        Assert.Equal(1, (await System.Queue.CountAsync("layout", Token)).Waiting);
    }

    [Fact]
    public async Task Retry_OfAll_QueuesThemAgain()
    {
        await Page.GotoAsync("/collection?state=failed");

        await Page.ClickAsync("text=Retry all failed");

        await Expect(Page.Locator("[data-state]")).ToHaveTextAsync(["Waiting", "Waiting"]);
        await Expect(Status).ToHaveTextAsync("2 extractions are tried again.");
        Assert.Equal(2, (await System.Queue.CountAsync("layout", Token)).Waiting);
    }

    [Fact]
    public async Task Picture_ShowsItsRecordAndLeadsToSimilarOnesAndTheOriginal()
    {
        await Page.GotoAsync("/collection");
        await Cards.First.Locator(".tile-picture").ClickAsync();

        await Expect(Page.Locator("h1")).ToHaveTextAsync("picture 3.png");
        await Expect(Page.Locator("dl")).ToContainTextAsync("64 × 48 pixels");
        await Expect(Page.Locator(".models li")).ToHaveCountAsync(2);
        Assert.Equal($"/api/v1/images/{ImageId.Of(_pictures[3])}/content", await Page.Locator("text=Original").GetAttributeAsync("href"));
        await Page.ClickAsync("text=Find similar");
        await Expect(Tiles).ToHaveCountAsync(1);
        await Expect(Tiles.First).ToContainTextAsync("picture 2.png");
    }

    [Fact]
    public async Task Picture_Delete_LeadsToTheCollection()
    {
        await Page.GotoAsync($"/image/{ImageId.Of(_pictures[3])}");

        await Page.ClickAsync("[data-action=delete]");
        await Page.ClickAsync("#delete-dialog .danger-button");

        await Page.WaitForURLAsync("**/collection");
        await Expect(Cards).ToHaveCountAsync(3);
    }

    private ILocator Link(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
}
