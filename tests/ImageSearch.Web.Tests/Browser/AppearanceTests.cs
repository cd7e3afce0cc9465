using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Every page at the width of a phone and of a desk, light and dark. <c>IMAGESEARCH_SCREENSHOTS</c> names a folder that keeps the pictures.</summary>
public sealed class AppearanceTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    public async Task Pages_AtAnyWidth_ShowWithoutScrollingSideways(int width, int height, ColorScheme scheme)
    {
        var page = await OpenAsync(width, height, scheme);
        await VisitAsync(page, "/", $"empty-{width}-{scheme}");
        var id = await FillAsync();

        await VisitAsync(page, "/", $"start-{width}-{scheme}");
        await VisitAsync(page, $"/?image={id}&k=12", $"results-{width}-{scheme}");
        await VisitAsync(page, "/add", $"add-{width}-{scheme}");
        await VisitAsync(page, "/collection", $"collection-{width}-{scheme}");
        await VisitAsync(page, "/collection?state=failed", $"failed-{width}-{scheme}");
        await VisitAsync(page, $"/image/{id}", $"picture-{width}-{scheme}");
        await VisitAsync(page, "/docs", $"docs-{width}-{scheme}");
    }

    private async Task<ImageId> FillAsync()
    {
        var pictures = TestData.Images.Count > 0
            ? TestData.Images.Take(20).Select(path => (Content: File.ReadAllBytes(path), Name: Path.GetFileName(path))).ToList()
            : [.. Enumerable.Range(0, 20).Select(seed => (GeneratedPicture.Png(seed), $"a picture with a rather long name {seed}.png"))];
        foreach (var (content, name) in pictures.Skip(2))
        {
            await System.AddAsync(content, name, tags: name.Length % 2 == 0 ? ["holiday", "2026"] : []);
        }

        foreach (var (content, name) in pictures.Take(2))
        {
            await System.AddAsync(content, name, indexed: false);
        }

        var failed = ImageId.Of(pictures[0].Content);
        await System.Store.PutFailuresAsync(
            WebSystem.Layout.Key, [new ExtractionFailure(failed, 3, "The picture has more pixels than the limit of 64,000,000: add a smaller version.")], Token);
        return ImageId.Of(pictures[9].Content);
    }

    private static async Task VisitAsync(IPage page, string path, string name)
    {
        await page.GotoAsync(path);
        await PageLook.FitsAsync(page, name, fullPage: true);
    }
}
