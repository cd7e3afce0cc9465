using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class SearchPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 6).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", tags: i < 2 ? ["early"] : []);
        }
    }

    [Fact]
    public async Task ChooseFile_FindsIt_ShowsScoresTimesAndThePictureSearchedBy()
    {
        await Page.GotoAsync("/");

        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));

        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Tiles.First).ToContainTextAsync("picture 3.png");
        await Expect(Tiles.First).ToContainTextAsync("1.000");
        await Expect(Tiles.First).ToContainTextAsync("label of picture 3.png");
        await Expect(Page.Locator(".timing")).ToContainTextAsync("decode 1.3, embed 3.5, search");
        await Expect(Status).ToContainTextAsync("6 similar pictures found in");
        await Expect(Page.Locator("#query-name")).ToHaveTextAsync("mine.png");
        Assert.Equal(64, await Page.Locator("#query-picture").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)"));
        Assert.Equal(256, await Tiles.First.Locator("img").EvaluateAsync<int>("image => image.decode().then(() => image.width > 0 ? 256 : 0)"));
    }

    [Fact]
    public async Task Start_OffersSearchablePicturesOnly()
    {
        await System.AddAsync(GeneratedPicture.Png(100, 64, 48), "waiting.png", indexed: false);
        var failed = GeneratedPicture.Png(101, 64, 48);
        await System.AddAsync(failed, "failed.png", indexed: false);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(ImageId.Of(failed), 3, "broken")], Token);

        await Page.GotoAsync("/");

        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Page.Locator("#results img[alt='failed.png'], #results img[alt='waiting.png']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Start_InAWideWindow_SaysHowToPasteWithSpaces()
    {
        await Page.GotoAsync("/");

        Assert.Equal("Drop a picture here, paste one Ctrl+V, or", await Page.Locator(".pick-text").InnerTextAsync());
    }

    [Theory]
    [InlineData(400, 700, true)]
    [InlineData(1000, 700, true)]
    [InlineData(1440, 900, false)]
    public async Task Search_InOneColumn_ScrollsToTheAnswer(int width, int height, bool scrolls)
    {
        for (var seed = 200; seed < 220; seed++)
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 64, 48), $"{seed}.png");
        }

        var page = await OpenAsync(width, height);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync("/");
        await page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await HasAnswerAtAsync(page, scrolls);

        await page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await HasAnswerAtAsync(page, scrolls);
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("paste")]
    public async Task DropOrPaste_FindsIt(string kind)
    {
        await Page.GotoAsync("/");

        await GiveAsync(kind, _pictures[2], "given.png");

        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Tiles.First).ToContainTextAsync("picture 2.png");
    }

    [Fact]
    public async Task Back_FromASearchByResult_ShowsWhatTheFileFoundAndThenTheStart()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Tiles.First).ToContainTextAsync("picture 3.png");

        await Tiles.Nth(1).Locator("a.tile-similar").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex("/\\?image=[0-9a-f]{64}"));
        await Expect(Tiles).ToHaveCountAsync(5);

        await Page.GoBackAsync();
        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Page.Locator("#query-name")).ToHaveTextAsync("mine.png");

        await Page.GoBackAsync();
        await Expect(Page.Locator("#results")).ToContainTextAsync("Or start from one of these");
        await Page.GoForwardAsync();
        await Expect(Tiles.First).ToContainTextAsync("picture 3.png");
    }

    [Fact]
    public async Task Address_OfASearchByImage_CanBeSharedAndKeepsItsOptions()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}&k=12&tag=early");

        await Expect(Tiles).ToHaveCountAsync(1);
        await Expect(Tiles.First).ToContainTextAsync("picture 1.png");
        await Expect(Page.Locator("[name=tag]")).ToHaveValueAsync("early");
        Assert.EndsWith("&k=12&tag=early", await Tiles.First.Locator("a.tile-similar").GetAttributeAsync("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ChangedAfterASearch_SearchAgain()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Tiles).ToHaveCountAsync(6);

        await Page.FillAsync("[name=tag]", "early");
        await Page.PressAsync("[name=tag]", "Enter");

        await Expect(Tiles).ToHaveCountAsync(2);
        await Page.CheckAsync("[name=model][value=other]");
        await Expect(Page.Locator(".timing")).ToContainTextAsync("model other");
        Assert.Equal("/?model=other&tag=early", new Uri(Page.Url).PathAndQuery);

        await Page.GoBackAsync();
        await Expect(Page.Locator(".timing")).ToContainTextAsync("model layout");
        await Expect(Tiles).ToHaveCountAsync(2);
        await Expect(Page.Locator("[name=model][value=other]")).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task Options_ChangedForASearchByImage_AreInTheAddress()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");

        await Page.CheckAsync("[name=model][value=other]");

        await Expect(Page.Locator(".timing")).ToContainTextAsync("model other");
        Assert.Equal($"/?image={ImageId.Of(_pictures[0])}&model=other", new Uri(Page.Url).PathAndQuery);
        await Expect(Tiles).ToHaveCountAsync(5);
        await Page.ReloadAsync();
        await Expect(Page.Locator(".timing")).ToContainTextAsync("model other");
        await Expect(Page.Locator("[name=model][value=other]")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Keyboard_Alone_ReachesTheFileButtonAndTheResults()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");

        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator(":focus")).ToHaveTextAsync("Skip to the content");
        await Page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(Page.Locator("#content"));
        for (var presses = 0; presses < 4 && await Page.Locator("#file:focus").CountAsync() == 0; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
        }

        await HasFocusAsync(Page.Locator("#file"));
        Assert.NotEqual("none", await Page.Locator("label[for=file]").EvaluateAsync<string>("label => getComputedStyle(label).outlineStyle"));
        for (var presses = 0; presses < 12 && await Page.Locator(".tile-picture:focus").CountAsync() == 0; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
        }

        await HasFocusAsync(Tiles.First.Locator(".tile-picture"));
        await Page.Keyboard.PressAsync("Tab");
        var address = await Tiles.First.Locator(".tile-similar").GetAttributeAsync("href");
        await HasFocusAsync(Tiles.First.Locator(".tile-similar"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page).ToHaveURLAsync(address!);
    }

    [Fact]
    public async Task Keyboard_Arrows_MoveBetweenThePicturesAndSlashLeadsToTheAddress()
    {
        for (var seed = 200; seed < 214; seed++)
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 64, 48), $"{seed}.png");
        }

        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        var columns = await Page.EvaluateAsync<int>("getComputedStyle(document.querySelector('.gallery')).gridTemplateColumns.split(' ').length");
        Assert.InRange(columns, 2, 8);
        await Tiles.First.Locator(".tile-picture").FocusAsync();

        foreach (var (key, expected) in new[]
        {
            ("ArrowRight", 1), ("ArrowDown", 1 + columns), ("ArrowLeft", columns), ("ArrowUp", 0), ("ArrowUp", 0), ("End", 18), ("ArrowRight", 18), ("Home", 0),
        })
        {
            await Page.Keyboard.PressAsync(key);
            await HasFocusAsync(Tiles.Nth(expected).Locator(".tile-picture"));
        }

        // One stop for the whole grid: its other tiles are reached with the arrows.
        Assert.Equal(1, await Page.Locator("#results .tile-picture[tabindex='0']").CountAsync());
        await Page.Keyboard.PressAsync("/");
        await HasFocusAsync(Page.Locator("#url"));
        await Expect(Page.Locator("#url")).ToHaveValueAsync("");
        await Page.Keyboard.PressAsync("Escape");
        await HasFocusAsync(Tiles.First.Locator(".tile-picture"));
    }

    [Fact]
    public async Task TagOfAResult_NarrowsTheSearchDown()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Page.Locator(".facet")).ToContainTextAsync("#early 2");

        await Page.ClickAsync(".facet");

        await Expect(Tiles).ToHaveCountAsync(2);
        await Expect(Page.Locator("[name=tag]")).ToHaveValueAsync("early");
        await Expect(Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex("/\\?tag=early$"));
        await Page.FillAsync("[name=tag]", "");
        await Page.PressAsync("[name=tag]", "Enter");
        await Expect(Tiles).ToHaveCountAsync(6);
    }

    [Fact]
    public async Task File_SaysThatItIsNotInTheAddress_APictureOfTheCollectionDoesNot()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Page.Locator("#unshared")).ToBeVisibleAsync();
        await Expect(Page.Locator("#unshared")).ToContainTextAsync("only this tab can come back to it");

        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await Expect(Page.Locator("#unshared")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Reload_OfASearchByFile_ShowsItAgainAndAsksForThePictureOnce()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Tiles).ToHaveCountAsync(6);
        await Eventually.BecomesTrue(() => Page.EvaluateAsync<bool>("Object.keys(sessionStorage).length > 0"), cancellationToken: Token);

        await Page.ReloadAsync();
        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Page.Locator("#query-name")).ToHaveTextAsync("mine.png");
        Assert.Single(System.Extractor.Bodies);

        await Page.CheckAsync("[name=model][value=other]");
        await Expect(Problem).ToContainTextAsync("choose it again");
    }

    [Fact]
    public async Task Photograph_IsSentOnceAsItIs()
    {
        var photograph = GeneratedPicture.Jpeg(500, 1600, 1200);
        await Page.GotoAsync("/");

        await GiveAsync("drop", photograph, "photograph.jpg");

        await Expect(Tiles).ToHaveCountAsync(6);
        Assert.Equal(photograph, Assert.Single(System.Extractor.Bodies));
    }

    [Fact]
    public async Task Curl_OfASearch_IsCopied()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.GotoAsync("/?tag=early");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "it's mine.png"));
        await Expect(Tiles).ToHaveCountAsync(2);

        await Page.ClickAsync("text=Copy as curl");

        await Expect(Page.Locator("[data-action=curl]")).ToHaveTextAsync("Copied");
        Assert.Equal(
            $"""curl -F 'file=@"it'\''s mine.png"' '{Http.BaseAddress}api/v1/search?k=48&group=true&tag=early'""",
            await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task ShardFails_PartialResultsSaySo()
    {
        System.Shards[1].Fail(500);
        await Page.GotoAsync("/");

        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));

        await Expect(Page.Locator(".notice.warning")).ToContainTextAsync("shard 1 answered with status 500");
    }

    [Fact]
    public async Task ExtractorIsDown_TheErrorSaysWhatToDoAndTheNextSearchWorks()
    {
        Expected.Add("503");
        System.Extractor.Fail(500);
        await Page.GotoAsync("/");

        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Problem).ToContainTextAsync("The model 'layout' cannot embed pictures now");

        System.Extractor.Intercept = null;
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Tiles).ToHaveCountAsync(6);
        await Expect(Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task UnknownImageInTheAddress_SaysSo()
    {
        Expected.Add("404");
        await Page.GotoAsync($"/?image={new string('0', 64)}");

        await Expect(Problem).ToContainTextAsync("it was never added, or it was deleted");
    }

    [Fact]
    public async Task UnknownPage_SaysSo()
    {
        Expected.Add("404");
        var response = await Page.GotoAsync("/nowhere");

        Assert.Equal(404, response!.Status);
        await Expect(Page.Locator("h1")).ToHaveTextAsync("There is no such page");
    }

    [Fact]
    public async Task HostileNames_AreShownAsText()
    {
        var hostile = GeneratedPicture.Png(300, 64, 48);
        await System.AddAsync(hostile, "<img src=x onerror=alert(1)>\"'.png", tags: ["<i>tag</i>"]);
        await Page.GotoAsync("/");

        await Page.SetInputFilesAsync("#file", Payload(hostile, "<b>mine</b>.png"));

        await Expect(Tiles.First).ToContainTextAsync("<img src=x onerror=alert(1)>\"'.png");
        await Expect(Tiles.First).ToContainTextAsync("#<i>tag</i>");
        await Expect(Page.Locator("#query-name")).ToHaveTextAsync("<b>mine</b>.png");
    }

    // Below the header that stays, where the page was scrolled; else the page is where it was.
    private static async Task HasAnswerAtAsync(IPage page, bool scrolled)
    {
        await Expect(page.Locator("#results h2")).ToContainTextAsync("similar pictures");
        await Eventually.BecomesTrue(
            async () => scrolled
                ? await page.EvaluateAsync<double>("document.querySelector('#results h2').getBoundingClientRect().top") is > 40 and < 130
                : await page.EvaluateAsync<double>("scrollY") == 0,
            cancellationToken: Token);
    }
}
