using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Results beyond the first page: by scrolling, by a button, by the keyboard; quick with hundreds of them.</summary>
public sealed class ScrollingTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int Pictures = 130;

    private readonly byte[] _query = GeneratedPicture.Png(0, 16, 12);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < Pictures; i++)
        {
            await System.AddAsync(GeneratedPicture.Png(i, 16, 12), $"picture {i}.png");
        }
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(1440, 900)]
    public async Task Scrolling_BringsAllOfThem_AndSendsThePictureOnce(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_query, "mine.png"));
        await Expect(Page.Locator("#results h2")).ToContainTextAsync("similar pictures");

        await ScrollToTheEndAsync();

        await Expect(Tiles).ToHaveCountAsync(Pictures);
        await Expect(Page.Locator("#results h2")).ToHaveTextAsync($"{Pictures} similar pictures");
        await Expect(Page.Locator("#results .more")).ToHaveCountAsync(0);
        Assert.Equal(Pictures, await Tiles.EvaluateAllAsync<int>("tiles => new Set(tiles.map(tile => tile.dataset.id)).size"));
        Assert.Single(System.Extractor.Bodies);
    }

    [Fact]
    public async Task SearchByAPictureOfTheCollection_GoesOnWithoutIt()
    {
        var id = ImageId.Of(_query);
        await Page.GotoAsync($"/?image={id}");
        await ScrollToTheEndAsync();

        await Expect(Tiles).ToHaveCountAsync(Pictures - 1);
        await Expect(Page.Locator($".tile[data-id='{id}']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Button_WhereNothingScrolls_BringsMore()
    {
        await Page.AddInitScriptAsync("window.IntersectionObserver = class { observe() {} unobserve() {} };");
        await Page.GotoAsync($"/?image={ImageId.Of(_query)}");
        await Expect(Tiles).ToHaveCountAsync(48);

        await Page.PressAsync("[data-action=more]", "Enter"); // tiles that come into view may move it away from under a pointer

        await Expect(Tiles).ToHaveCountAsync(96);
        await Expect(Status).ToHaveTextAsync("48 more pictures.");
    }

    [Fact]
    public async Task PageFails_SaysSoAndTheButtonTriesAgain()
    {
        Expected.Add("503");
        await Page.AddInitScriptAsync("window.IntersectionObserver = class { observe() {} unobserve() {} };");
        await Page.GotoAsync($"/?image={ImageId.Of(_query)}");
        System.Shards[0].Fail(500);
        System.Shards[1].Fail(500);

        await Page.PressAsync("[data-action=more]", "Enter"); // tiles that come into view may move it away from under a pointer
        await Expect(Page.Locator(".more-problem")).ToBeVisibleAsync();
        await Expect(Tiles).ToHaveCountAsync(48);
        System.Shards[0].Intercept = System.Shards[1].Intercept = null;
        await Page.PressAsync("[data-action=more]", "Enter"); // tiles that come into view may move it away from under a pointer

        await Expect(Tiles).ToHaveCountAsync(96);
    }

    [Fact]
    public async Task Detail_StepsBeyondTheLastOfAPage()
    {
        await Page.AddInitScriptAsync("window.IntersectionObserver = class { observe() {} unobserve() {} };");
        await Page.GotoAsync($"/?image={ImageId.Of(_query)}");
        await Tiles.Last.Locator(".tile-picture").ClickAsync();
        await Expect(Page.Locator("#detail-position")).ToHaveTextAsync("48 of 48");

        await Page.Keyboard.PressAsync("ArrowRight");

        await Expect(Page.Locator("#detail-position")).ToHaveTextAsync("49 of 96");
    }

    [Fact]
    public async Task Back_ShowsAllThatScrollingBrought()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_query, "mine.png"));
        await Expect(Page.Locator("#results h2")).ToContainTextAsync("similar pictures"); // until then the newest pictures are there
        await ScrollToTheEndAsync();
        await Expect(Tiles).ToHaveCountAsync(Pictures);

        await Tiles.Nth(100).Locator(".tile-similar").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex("image="));
        await Page.WaitForLoadStateAsync();
        await Page.GoBackAsync();

        await Expect(Tiles).ToHaveCountAsync(Pictures);
    }

    private async Task ScrollToTheEndAsync()
    {
        await ImageSearch.Testing.Eventually.BecomesTrue(
            async () =>
            {
                await Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
                return await Page.Locator("#results .more").CountAsync() == 0 && await Tiles.CountAsync() > 0;
            },
            cancellationToken: Token);
    }
}
