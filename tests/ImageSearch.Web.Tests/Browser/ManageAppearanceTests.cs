using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>
/// The pages that look after the collection, at the width of a phone and of a desk, light and dark: nothing scrolls sideways, and axe-core
/// finds nothing. <c>IMAGESEARCH_SCREENSHOTS</c> names a folder that keeps the pictures.
/// </summary>
public sealed class ManageAppearanceTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    protected override (string Key, string? Value)[] Settings =>
        [("System:Interval", "00:00:00.050"), ("System:History", "00:00:05"), ("System:Timeout", "00:00:00.500")];

    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    public async Task Pages_AtAnyWidth_AreAccessibleAndFit(int width, int height, ColorScheme scheme)
    {
        Expected.Add("422");
        Expected.Add("404");
        var page = await OpenAsync(width, height, scheme);
        var name = $"{width}-{scheme.ToString().ToLowerInvariant()}";
        await VisitAsync(page, "/collection", $"collection-empty-{name}");
        await FillAsync();
        await SearchAsync();

        await VisitAsync(page, "/collection", $"collection-{name}");
        await page.Locator("[data-select]").Nth(1).CheckAsync();
        await page.Locator("[data-select]").Nth(4).ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.Locator("#selected-count")).ToHaveTextAsync("4");
        await CheckAsync(page, $"collection-selected-{name}", fullPage: false);
        await page.ClickAsync("[data-tags]");
        await CheckAsync(page, $"collection-tags-{name}", fullPage: false);
        await page.Keyboard.PressAsync("Escape");
        await page.ClickAsync("#selecting [name=delete]");
        await CheckAsync(page, $"collection-delete-{name}", fullPage: false);
        await page.Keyboard.PressAsync("Escape");
        await VisitAsync(page, "/collection?state=failed", $"collection-failed-{name}");
        System.Ingest.Imports["b"] = new("b", 100, 40, 2, 1, false, []) { State = ImportState.Running, Kind = "folder", Name = "photos", Rate = 12, SecondsLeft = 5 };
        System.Ingest.Imports["a"] = new("a", 3, 2, 0, 1, true, [new("https://example.org/a.png", "The address answered with status 404.")])
        { State = ImportState.Done, Name = "https://example.org/a.png" };
        await VisitAsync(page, "/import?problems=a", $"import-{name}");
        await VisitAsync(page, "/failures", $"failures-{name}");
        await VisitAsync(page, "/system", $"system-{name}");
    }

    private async Task FillAsync()
    {
        var pictures = TestData.Images.Count > 0
            ? TestData.Images.Take(24).Select(path => (Content: File.ReadAllBytes(path), Name: Path.GetFileName(path))).ToList()
            : [.. Enumerable.Range(0, 24).Select(seed => (GeneratedPicture.Png(seed), $"a picture with a rather long name {seed}.png"))];
        for (var i = 0; i < pictures.Count; i++)
        {
            await System.AddAsync(pictures[i].Content, pictures[i].Name, indexed: i > 4, i % 3 == 0 ? ["holiday", "2026"] : []);
        }

        string[] reasons = ["The picture has more pixels than the limit of 64,000,000: add a smaller version.", "The file ends early: it is damaged."];
        await System.Store.PutFailuresAsync(
            WebSystem.Layout.Key, [.. pictures.Take(4).Select((picture, i) => new ExtractionFailure(ImageId.Of(picture.Content), i + 1, reasons[i % 2]))], Token);
    }

    private async Task SearchAsync()
    {
        for (var i = 0; i < 40; i++)
        {
            (await Http.PostAsync("/api/v1/search", Form(GeneratedPicture.Png(i, 32, 32)), Token)).EnsureSuccessStatusCode();
        }
    }

    private static async Task VisitAsync(IPage page, string path, string name)
    {
        await page.GotoAsync(path);
        await CheckAsync(page, name);
    }

    private static async Task CheckAsync(IPage page, string name, bool fullPage = true)
    {
        await PageLook.FitsAsync(page, name, fullPage);
        await AxeCheck.IsAccessibleAsync(page, name);
    }
}
