using System.Text.RegularExpressions;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>One result in a dialog over the grid, and the page of a picture.</summary>
public sealed class DetailTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private static readonly Regex Viewing = new("[?&]view=[0-9a-f]{64}");
    private static readonly Regex NotViewing = new("^(?!.*view=)");

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 6).Select(seed => GeneratedPicture.Png(seed, 640, 480))];

    private ILocator Dialog => Page.Locator("#detail");

    private ILocator Title => Dialog.Locator("h1");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", tags: i == 0 ? ["early"] : []);
        }
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(1440, 900)]
    public async Task Result_OpensLargeWithItsRecord_AndCloses(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));

        await Tiles.First.Locator(".tile-picture").ClickAsync();

        await Expect(Title).ToHaveTextAsync("picture 3.png");
        await Expect(Dialog).ToContainTextAsync("640 × 480 pixels");
        await Expect(Dialog.Locator(".models [data-state]")).ToHaveTextAsync(["Searchable", "Searchable"]);
        await Expect(Dialog.Locator(".labels")).ToContainTextAsync("label of picture 3.png");
        await Expect(Dialog.Locator(".similar .tile")).ToHaveCountAsync(5);
        await Expect(Dialog.Locator("a:has-text('Original')")).ToHaveAttributeAsync("href", $"/api/v1/images/{ImageId.Of(_pictures[3])}/content");
        await Expect(Page.Locator("#detail-position")).ToHaveTextAsync("1 of 6");
        await Expect(Page).ToHaveURLAsync(Viewing);

        await Dialog.Locator("[data-close]").ClickAsync();
        await Expect(Dialog).ToBeHiddenAsync();
        await Expect(Page).ToHaveURLAsync(NotViewing);
        await Expect(Tiles).ToHaveCountAsync(6);
        await HasFocusAsync(Tiles.First.Locator(".tile-picture"));
    }

    [Fact]
    public async Task Keyboard_Alone_OpensStepsAndCloses()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await Tiles.First.Locator(".tile-picture").FocusAsync();
        var names = await Tiles.Locator(".tile-name").AllInnerTextsAsync();

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Title).ToHaveTextAsync(names[0]);
        await HasFocusAsync(Title);
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Title).ToHaveTextAsync(names[1]);
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Title).ToHaveTextAsync(names[2]);
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Title).ToHaveTextAsync(names[1]);
        await Expect(Page.Locator("#detail-position")).ToHaveTextAsync("2 of 5");
        await Page.Keyboard.PressAsync("Escape");

        await Expect(Dialog).ToBeHiddenAsync();
        await HasFocusAsync(Tiles.Nth(1).Locator(".tile-picture"));
        Assert.Equal($"/?image={ImageId.Of(_pictures[0])}", new Uri(Page.Url).PathAndQuery);
    }

    [Fact]
    public async Task Ends_OfTheList_HaveNoFurtherSteps()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");

        await Tiles.First.Locator(".tile-picture").ClickAsync();
        await Expect(Dialog.Locator("[data-step='-1']")).ToBeDisabledAsync();
        await Expect(Dialog.Locator("[data-step='1']")).ToBeEnabledAsync();
        await Page.GoBackAsync();
        await Tiles.Last.Locator(".tile-picture").ClickAsync();
        await Expect(Dialog.Locator("[data-step='1']")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Address_WithAView_OpensIt_AndBackAndForwardFollow()
    {
        var address = $"/?image={ImageId.Of(_pictures[0])}";
        await Page.GotoAsync($"{address}&view={ImageId.Of(_pictures[4])}");
        await Expect(Title).ToHaveTextAsync("picture 4.png");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog).ToBeHiddenAsync();
        await Expect(Page).ToHaveURLAsync(NotViewing);

        await Tiles.First.Locator(".tile-picture").ClickAsync();
        await Expect(Title).ToBeVisibleAsync();
        await Page.GoBackAsync();
        await Expect(Dialog).ToBeHiddenAsync();
        await Page.GoForwardAsync();
        await Expect(Title).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Opened_AtOnceAfterItClosed_StaysOpen()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await Tiles.First.Locator(".tile-picture").ClickAsync();
        await Expect(Title).ToBeVisibleAsync();

        // The browser tells the page a frame later that the dialog was closed.
        var left = await Page.EvaluateAsync<bool>(
            """
            () => new Promise(resolve => {
              addEventListener('popstate', () => {
                document.querySelector('#results a[data-view]').click();
                addEventListener('popstate', () => resolve(true), { once: true });
                document.getElementById('detail').addEventListener('close', () => setTimeout(() => resolve(false), 500), { once: true });
              }, { once: true });
              history.back();
            })
            """);

        Assert.False(left);
        await Expect(Title).ToBeVisibleAsync();
        await Expect(Page).ToHaveURLAsync(Viewing);
    }

    [Fact]
    public async Task SimilarPicture_InTheDialog_OpensThere()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await Tiles.First.Locator(".tile-picture").ClickAsync();
        var similar = Dialog.Locator(".similar .tile-picture").Nth(2);
        var name = await similar.GetAttributeAsync("title");

        await similar.ClickAsync();

        await Expect(Title).ToHaveTextAsync(name!);
    }

    [Fact]
    public async Task PictureThatIsGone_SaysSo()
    {
        Expected.Add("404");
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        var id = await Tiles.First.GetAttributeAsync("data-id");
        (await Http.DeleteAsync($"/api/v1/images/{id}", Token)).EnsureSuccessStatusCode();

        await Tiles.First.Locator(".tile-picture").ClickAsync();

        await Expect(Dialog.Locator(".notice.error")).ToContainTextAsync("it was deleted");
    }

    [Fact]
    public async Task Page_OfAPicture_ShowsSimilarOnesAndCopiesTheSearch()
    {
        var id = ImageId.Of(_pictures[0]);
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.GotoAsync($"/image/{id}");

        await Expect(Page.Locator(".similar .tile")).ToHaveCountAsync(5);
        await Expect(Page.Locator(".chips")).ToContainTextAsync("#early");
        await Page.ClickAsync("text=Copy as curl");
        await Expect(Page.Locator("[data-copy]")).ToHaveTextAsync("Copied");
        Assert.Equal(
            $"curl '{Http.BaseAddress}api/v1/images/{id}/similar'",
            await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Page_WhileNoIndexAnswers_ShowsThePictureAndSaysIt()
    {
        System.Shards[0].Fail(500);
        System.Shards[1].Fail(500);

        await Page.GotoAsync($"/image/{ImageId.Of(_pictures[0])}");

        await Expect(Page.Locator("h1")).ToHaveTextAsync("picture 0.png");
        await Expect(Page.Locator(".similar.notice")).ToContainTextAsync("Similar pictures cannot be shown.");
    }
}
