using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>
/// The search page and the detail view in every state, at the width of a phone and of a desk, light and dark: axe-core finds nothing, and nothing
/// scrolls sideways.
/// </summary>
public sealed class AccessibilityTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    public static TheoryData<int, int, ColorScheme> Windows { get; } = new()
    {
        { 360, 740, ColorScheme.Light }, { 360, 740, ColorScheme.Dark }, { 1440, 900, ColorScheme.Light }, { 1440, 900, ColorScheme.Dark },
    };

    protected override (string Key, string? Value)[] Settings => [.. base.Settings, ("Models:0:Words", "true")];

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task SearchPage_InEveryState_IsAccessible(int width, int height, ColorScheme scheme)
    {
        Expected.Add("404");
        var page = await OpenAsync(width, height, scheme);
        var look = (string name) => LookAsync(page, $"{name}-{width}-{scheme}".ToLowerInvariant());
        await page.GotoAsync("/");
        await look("search-empty");

        var pictures = await FillAsync();
        var id = ImageId.Of(pictures[9].Content);
        await page.GotoAsync("/");
        await look("search-start");

        await page.FillAsync("#words", "a red car");
        await page.PressAsync("#words", "Enter");
        await Expect(page.Locator("#results .tile").First).ToBeVisibleAsync();
        await look("search-words");

        await page.SetInputFilesAsync("#file", new FilePayload { Name = pictures[4].Name, MimeType = "image/jpeg", Buffer = pictures[4].Content });
        await Expect(page.Locator("#results .tile").First).ToContainTextAsync(pictures[4].Name);
        await look("search-file");
        await page.Locator(".copies").First.ClickAsync();
        await Expect(page.Locator(".tile.copy").First).ToBeVisibleAsync();
        await look("search-duplicates");

        await page.GotoAsync($"/?image={id}&crop=0.1,0.15,0.55,0.6");
        await Expect(page.Locator("#region")).ToBeVisibleAsync();
        await look("search-region");

        await page.GotoAsync($"/?image={id}&model=layout&model=other");
        await look("search-compare");

        await page.GotoAsync($"/?image={id}");
        await page.Locator("#results .tile-picture").First.ClickAsync();
        await Expect(page.Locator("#detail h1")).ToBeVisibleAsync();
        await look("search-detail");

        await page.GotoAsync($"/?image={id}&tag=nothing-has-it");
        await look("search-none");

        System.Shards[1].Fail(500);
        await page.GotoAsync($"/?image={id}");
        await look("search-partial");

        await page.GotoAsync($"/?image={new string('0', 64)}");
        await look("search-error");
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task PicturePage_IsAccessible(int width, int height, ColorScheme scheme)
    {
        var page = await OpenAsync(width, height, scheme);
        var pictures = await FillAsync();

        await page.GotoAsync($"/image/{ImageId.Of(pictures[9].Content)}");
        await LookAsync(page, $"picture-{width}-{scheme}".ToLowerInvariant());
    }

    private async Task<IReadOnlyList<(byte[] Content, string Name)>> FillAsync()
    {
        List<(byte[] Content, string Name)> pictures = TestData.Images.Count > 0
            ? [.. TestData.Images.Where((_, i) => i % 5 == 0).Take(40).Select(path => (File.ReadAllBytes(path), Path.GetFileName(path)))]
            : [.. Enumerable.Range(0, 40).Select(seed => (GeneratedPicture.Png(seed), $"a picture with a rather long name {seed}.png"))];
        // One motif in several files, and a cut-off between what was found.
        const int Motif = 4;
        const int LastCopy = 7;
        for (var i = 0; i < pictures.Count; i++)
        {
            var (content, name) = pictures[i];
            var isCopy = i is > Motif and <= LastCopy;
            await System.AddAsync(content, name, indexed: !isCopy, tags: name.Length % 2 == 0 ? ["holiday", "2026"] : []);
            if (isCopy)
            {
                await IndexAsync(WebSystem.Layout, System.Shards[ImageId.Of(content).Bucket % 2], content, pictures[Motif].Content);
                await IndexAsync(WebSystem.Other, System.OtherShard, content, pictures[Motif].Content);
            }
        }

        foreach (var shard in System.Shards)
        {
            shard.Scores = new ScoreStats(4950, 0.85, 0.05, new ScoreQuantiles(0.85, 0.92, 0.955, 0.97, 0.99));
        }

        return pictures;
    }

    /// <summary>Nearly the vector of another picture.</summary>
    private async Task IndexAsync(ModelRoute model, FakeIndex index, byte[] content, byte[] motif)
    {
        float[] vector = [.. FakeExtractor.Embed(motif, model.Dimension).Zip(FakeExtractor.Embed(content, model.Dimension), (a, b) => (0.98f * a) + (0.02f * b))];
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        vector = [.. vector.Select(value => value / length)];
        var id = ImageId.Of(content);
        await System.Store.PutVectorsAsync(model.Key, [new ImageVector(id, vector, 1, [])], Token);
        index.Vectors[id] = (vector, []);
    }

    private static async Task LookAsync(IPage page, string name)
    {
        await PageLook.FitsAsync(page, name);
        await AxeCheck.IsAccessibleAsync(page, name);
    }
}
