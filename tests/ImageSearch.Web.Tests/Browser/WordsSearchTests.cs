using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Searches by words: the address of the page says it all, with a script and without.</summary>
public sealed class WordsSearchTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 60).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

    protected override (string Key, string? Value)[] Settings => [("Models:0:Words", "true"), ("Models:1:Weight", "0")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", indexed: true, i % 2 == 0 ? ["even"] : []);
        }
    }

    [Fact]
    public async Task Words_TypedIn_Search_AndTheWayBackShowsWhatWasFound()
    {
        await Page.GotoAsync("/");
        await Expect(Page.Locator("h1")).ToHaveTextAsync("Search by picture or words");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("a red car");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Tiles.First).ToContainTextAsync(Best("a red car"));
        Assert.Equal("/?text=a+red+car", new Uri(Page.Url).PathAndQuery);
        await Expect(Page).ToHaveTitleAsync("a red car · ImageSearch");
        await Expect(Page.Locator("#query")).ToBeHiddenAsync();

        await Page.FillAsync("#words", "boat");
        await Page.ClickAsync("#words-form button");
        await Expect(Tiles.First).ToContainTextAsync(Best("boat"));
        await Page.GoBackAsync();
        await Expect(Tiles.First).ToContainTextAsync(Best("a red car"));
        await Expect(Page.Locator("#words")).ToHaveValueAsync("a red car");
    }

    [Fact]
    public async Task Address_WithWords_IsAnsweredByTheServer_NarrowedDownAndGoneOnWith()
    {
        await Page.GotoAsync("/?text=boat");
        await Expect(Tiles.First).ToContainTextAsync(Best("boat"));
        await Expect(Page.Locator("#words")).ToHaveValueAsync("boat");

        await Page.ClickAsync("[data-tag=even]");
        await Expect(Tiles).ToHaveCountAsync(30);
        Assert.Equal("/?text=boat&tag=even", new Uri(Page.Url).PathAndQuery);

        await Page.GotoAsync("/?text=boat&k=20");
        await Page.WaitForFunctionAsync("() => { scrollTo(0, document.body.scrollHeight); return document.querySelectorAll('#results .tile').length === 60; }");
    }

    [Fact]
    public async Task WordsThatAreAnAddress_SearchByThePictureThere()
    {
        System.Ingest.Pages["https://pictures.example/cat.png"] = _pictures[7];
        await Page.GotoAsync("/");
        await Page.FillAsync("#words", "https://pictures.example/cat.png");
        await Page.PressAsync("#words", "Enter");

        await Expect(Tiles.First).ToContainTextAsync("picture 7.png");
        await Expect(Page.Locator("#words")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task PictureAndWords_InTheAddress_AreBothSearchedBy()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[3])}&text=boat");

        await Expect(Page.Locator("#query-picture")).ToBeVisibleAsync();
        await Expect(Page.Locator("#words")).ToHaveValueAsync("boat");
        await Expect(Tiles).ToHaveCountAsync(48);
        await Page.ClickAsync("[data-tag=even]");
        await Expect(Page.Locator(".results-list > .tile", new() { HasText = "picture 2.png" })).ToBeVisibleAsync();
        Assert.Contains("text=boat&image=", Page.Url, StringComparison.Ordinal);
    }

    private string Best(string words)
    {
        var query = FakeExtractor.Embed(global::System.Text.Encoding.UTF8.GetBytes(words), WebSystem.Layout.Dimension);
        return $"picture {Enumerable.Range(0, _pictures.Length).MaxBy(i => query.Zip(FakeExtractor.Embed(_pictures[i], WebSystem.Layout.Dimension), (a, b) => a * b).Sum())}.png";
    }
}
