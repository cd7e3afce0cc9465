using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Searches by a picture at an address: the page loads nothing from elsewhere, and the address of the page says it all.</summary>
public sealed class UrlSearchTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Address = "https://pictures.example/cat.png?size=large";

    private static readonly string Escaped = Uri.EscapeDataString(Address);

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 4).Select(seed => GeneratedPicture.Png(seed, 640, 480))];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png");
        }

        System.Ingest.Pages[Address] = _pictures[2];
    }

    [Fact]
    public async Task Address_TypedIn_SearchesAndShowsASmallCopy()
    {
        await Page.GotoAsync("/");
        await Page.FillAsync("#url", Address);

        await Page.PressAsync("#url", "Enter");

        await Expect(Tiles.First).ToContainTextAsync("picture 2.png");
        Assert.Equal($"/?url={Escaped}", new Uri(Page.Url).PathAndQuery);
        await Expect(Page.Locator("#query-name")).ToHaveTextAsync(Address);
        await Expect(Page.Locator("#query-picture")).ToBeVisibleAsync();
        Assert.Equal(512, await Page.Locator("#query-picture").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)"));
        await Expect(Page.Locator("#unshared")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Address_OfThePage_SearchesAgain()
    {
        await Page.GotoAsync($"/?url={Escaped}&model=other");

        await Expect(Tiles.First).ToContainTextAsync("picture 2.png");
        await Expect(Page.Locator(".timing")).ToContainTextAsync("model other");
        await Expect(Page.Locator("#url")).ToHaveValueAsync(Address);
    }

    [Fact]
    public async Task Region_OfAPictureAtAnAddress_IsInTheAddress()
    {
        await Page.GotoAsync($"/?url={Escaped}");
        await Expect(Page.Locator("#query-picture")).ToBeVisibleAsync();

        await Page.ClickAsync("#region-start");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page).ToHaveURLAsync(new global::System.Text.RegularExpressions.Regex("&crop=0\\.2,0\\.2,0\\.6,0\\.6$"));
        await Expect(Tiles).ToHaveCountAsync(4);
        await Page.ReloadAsync();
        await Expect(Page.Locator("#region")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Address_WithoutAPicture_SaysWhy()
    {
        Expected.Add("422");
        await Page.GotoAsync("/");
        await Page.FillAsync("#url", "https://pictures.example/gone.png");

        await Page.ClickAsync("#url-form button");

        await Expect(Problem).ToContainTextAsync("The address answered with status 404.");
    }

    [Fact]
    public async Task Preview_OfWhatIsNoAddress_IsRefused()
    {
        Expected.Add("400");
        await Page.GotoAsync("/");

        var status = await Page.EvaluateAsync<int>(
            """
            () => fetch('/api/v1/preview', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ url: 'file:///etc/passwd' }) })
              .then(response => response.status)
            """);

        Assert.Equal(400, status);
    }
}
