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

    private ILocator Outcome => Page.Locator("#outcome");

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
    public async Task Filter_ByState_ShowsThoseInPlace()
    {
        await Page.GotoAsync("/collection");
        await Page.EvaluateAsync("window.loadedOnce = true");

        await Page.ClickAsync(".tabs >> text=Searchable");

        await Expect(Cards).ToHaveCountAsync(2);
        await Expect(Page.Locator(".tabs [aria-current=page]")).ToHaveTextAsync("Searchable");
        Assert.True(await Page.EvaluateAsync<bool>("window.loadedOnce"));
        await Page.GoBackAsync();
        await Expect(Cards).ToHaveCountAsync(4);
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
        await Expect(Page.Locator("#confirm")).ToContainTextAsync("picture 3.png is removed");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#confirm")).ToBeHiddenAsync();
        await Expect(Cards).ToHaveCountAsync(4);

        await Page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(Page.Locator("text=Keep it"));
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Cards).ToHaveCountAsync(3);
        await Expect(Status).ToHaveTextAsync("Deleted.");
        await Expect(Cards.First.Locator(":focus")).ToHaveCountAsync(1);
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
        await Expect(Status).ToHaveTextAsync("2 failed extractions are tried again.");
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

        await Page.ClickAsync("[name=delete]");
        await Page.ClickAsync("#confirm-button");

        await Expect(Page).ToHaveURLAsync("/collection");
        await Expect(Cards).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Retry_ThatSucceeds_ShowsThePictureSearchable()
    {
        await Page.GotoAsync("/collection?state=failed");
        await Expect(Cards.Last.Locator(".placeholder")).ToHaveCountAsync(1);
        await Page.ClickAsync("[aria-label='Retry picture 0.png']");
        await Expect(Cards.Last.Locator("[data-state]")).ToHaveTextAsync("Waiting");

        await System.AddAsync(_pictures[0], "picture 0.png");

        await Expect(Cards.Last.Locator("[data-state]")).ToHaveTextAsync("Searchable");
        await Expect(Outcome).ToHaveTextAsync("1 picture is searchable.");
        await Expect(Cards.Last.Locator(".placeholder")).ToHaveCountAsync(0);
        Assert.True(await Cards.Last.Locator("img").EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 0)"));
        Assert.Equal($"/?image={ImageId.Of(_pictures[0])}", await Cards.Last.Locator("text=Similar").GetAttributeAsync("href"));
        await Expect(Page.Locator("[aria-label='Retry picture 0.png']")).ToBeHiddenAsync();
        await Expect(Page.Locator("[data-refresh]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task RetryAll_OneFailsAgain_ShowsItsReasonAndCanBeRetried()
    {
        await Page.GotoAsync("/collection?state=failed");
        await Page.ClickAsync("text=Retry all failed");
        await Expect(Page.Locator("[data-state]")).ToHaveTextAsync(["Waiting", "Waiting"]);

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(ImageId.Of(_pictures[1]), 6, "It <b>still</b> has too many pixels.")], Token);
        await System.AddAsync(_pictures[0], "picture 0.png");

        await Expect(Page.Locator("[data-state]")).ToHaveTextAsync(["Failed", "Searchable"]);
        await Expect(Cards.First.Locator(".reason")).ToHaveTextAsync("layout: It <b>still</b> has too many pixels.");
        await Expect(Outcome).ToHaveTextAsync("1 picture is searchable. 1 picture has failed again.");
        await Expect(Page.Locator("text=Retry all failed")).ToBeVisibleAsync();
        await Page.ClickAsync("[aria-label='Retry picture 1.png']");
        await Expect(Cards.First.Locator("[data-state]")).ToHaveTextAsync("Waiting");
        await Expect(Cards.First.Locator(".reason")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task FailedPicture_HasAPlaceholderAndNoWayToSimilarOnes()
    {
        await Page.GotoAsync("/collection?state=failed");

        await Expect(Cards.Locator(".placeholder")).ToHaveCountAsync(2);
        await Expect(Cards.Locator("img")).ToHaveCountAsync(0);
        await Expect(Page.Locator("text=Similar")).ToHaveCountAsync(0);
        await Cards.First.Locator(".tile-picture").ClickAsync();
        await Expect(Page.Locator("h1")).ToHaveTextAsync("picture 1.png");
        await Expect(Page.Locator(".picture .placeholder")).ToBeVisibleAsync();
        await Expect(Page.Locator(".picture img")).ToHaveCountAsync(0);
        await Expect(Page.Locator("text=Find similar")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Picture_RetryThatSucceeds_ShowsThePicture()
    {
        await Page.GotoAsync($"/image/{ImageId.Of(_pictures[0])}");
        await Page.ClickAsync("[name=retry]");
        await Expect(Page.Locator(".models [data-state]")).ToHaveTextAsync(["Waiting", "Waiting"]);

        await System.AddAsync(_pictures[0], "picture 0.png");

        await Expect(Page.Locator(".models [data-state]")).ToHaveTextAsync(["Searchable", "Searchable"]);
        await Expect(Page.Locator(".picture img[alt='picture 0.png']")).ToBeVisibleAsync();
        await Expect(Page.Locator("text=Find similar")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Lead_SaysTheTotalOnlyWithoutAFilter()
    {
        (string Query, string Expected)[] cases =
        [
            ("", "4 pictures, newest first."),
            ("?state=failed", "Pictures that have failed, newest first."),
            ("?tag=pets", "Pictures with the tag pets, newest first."),
            ("?tag=pets&state=indexed", "Pictures with the tag pets that are searchable, newest first."),
        ];
        foreach (var (query, expected) in cases)
        {
            await Page.GotoAsync($"/collection{query}");

            await Expect(Page.Locator(".lead")).ToHaveTextAsync(expected);
        }
    }

    private ILocator Link(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
}
