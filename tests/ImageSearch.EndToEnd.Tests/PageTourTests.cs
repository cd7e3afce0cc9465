using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>
/// Every page of the running system with something on it, as wide as a desk and as a phone, light and dark. <c>IMAGESEARCH_SCREENSHOTS</c> names
/// a folder that keeps the pictures: those of <c>docs/pages</c> are from here.
/// </summary>
public sealed class PageTourTests(BrowserFixture browser, EmbeddedSystemFixture fixture) : IClassFixture<EmbeddedSystemFixture>
{
    private const int ScenesOfAKind = 50;

    [Fact]
    public async Task EveryPage_OfTheRunningSystem_ShowsWhatItIsFor()
    {
        var web = fixture.System.Endpoint("web").ToString();
        await using var desk = await browser.OpenAsync(
            new() { BaseURL = web, ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Light });
        await using var phone = await browser.OpenAsync(
            new() { BaseURL = web, ViewportSize = new ViewportSize { Width = 360, Height = 740 }, ColorScheme = ColorScheme.Dark });
        var page = await desk.NewPageAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The collection is empty" })).ToBeVisibleAsync();

        var scenes = await DrawnScenes.DrawAsync(page, ScenesOfAKind);
        // One scene in three files, and one that no model can read.
        Picture[] copies =
        [
            new("sea-3-smaller-file.jpg", await DrawnScenes.DrawAsync(page, "sea", 3, quality: 0.4)),
            new("sea-3-tiny-file.jpg", await DrawnScenes.DrawAsync(page, "sea", 3, quality: 0.15)),
        ];
        var mirrored = new Picture("sea-3-mirrored.jpg", await DrawnScenes.DrawAsync(page, "sea", 3, mirrored: true));
        await ImportAsync(page, [.. scenes, .. copies, mirrored, BadPictures.Named("truncated.jpg")], indexed: scenes.Count + copies.Length + 1);
        await fixture.System.Api.UploadAsync([scenes[0], scenes[5]], "holiday", "2026");

        var query = scenes.Single(scene => scene.Name == "sea-3.jpg");
        foreach (var context in new[] { desk, phone })
        {
            await TourAsync(await context.NewPageAsync(), query, context == desk ? "" : "-phone");
        }
    }

    private static async Task ImportAsync(IPage page, IReadOnlyList<Picture> pictures, int indexed)
    {
        await page.GotoAsync("/import");
        await page.FillAsync("#tags", "scenes");
        await page.SetInputFilesAsync("#files", pictures.Select(picture => new FilePayload { Name = picture.Name, MimeType = "image/jpeg", Buffer = picture.Content }));
        await Expect(page.Locator("#indexed")).ToHaveTextAsync($"{indexed}", new() { Timeout = 3 * BrowserFixture.Deadline });
        await Expect(page.Locator("#failed")).ToHaveTextAsync("1");
        await LookAsync(page, "import");
    }

    private static async Task TourAsync(IPage page, Picture query, string suffix)
    {
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Newest pictures" })).ToBeVisibleAsync();
        await page.SetInputFilesAsync("#file", new FilePayload { Name = query.Name, MimeType = "image/jpeg", Buffer = query.Content });
        await Expect(page.Locator("#results .tile").First).ToContainTextAsync(query.Name);
        await Expect(page.Locator("#results .copies").First).ToBeVisibleAsync();
        await Expect(page.Locator("#results .cut-off")).ToBeVisibleAsync();
        await Expect(page.Locator("#results .tile").Nth(12)).ToBeAttachedAsync();
        await LookAsync(page, $"search{suffix}");

        await page.GotoAsync($"/?image={query.Id}&crop=0.3,0.3,0.4,0.45");
        await Expect(page.Locator("#region")).ToBeVisibleAsync();
        await Expect(page.Locator("#results .tile").First).ToBeVisibleAsync();
        await LookAsync(page, $"region{suffix}");

        await page.GotoAsync($"/?image={query.Id}");
        await page.Locator("#results .tile-picture").First.ClickAsync();
        await Expect(page.Locator("#detail h1")).ToBeVisibleAsync();
        await LookAsync(page, $"detail{suffix}");

        await page.GotoAsync("/collection");
        await Expect(page.Locator(".tile").First).ToBeVisibleAsync();
        await page.Locator("[data-select]").Nth(1).CheckAsync();
        await page.Locator("[data-select]").Nth(2).CheckAsync();
        await Expect(page.Locator("#selected-count")).ToHaveTextAsync("2");
        await LookAsync(page, $"collection{suffix}");

        await page.GotoAsync("/failures");
        await Expect(page.Locator(".failure")).ToHaveCountAsync(1);
        await LookAsync(page, $"failures{suffix}");

        await page.GotoAsync("/system");
        await Expect(page.Locator("main")).ToContainTextAsync("Shard 1");
        await LookAsync(page, $"system{suffix}");

        await page.GotoAsync("/docs");
        await Expect(page.Locator("main")).ToContainTextAsync("/api/v1/search");
        await LookAsync(page, $"docs{suffix}");

        await page.GotoAsync("/no-such-page");
        await LookAsync(page, $"not-found{suffix}");
    }

    /// <summary>Nothing is cut off, nothing is hard to read; and a picture is taken.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        await PageLook.FitsAsync(page, name);
        await AxeCheck.IsAccessibleAsync(page, name);
    }
}
