using System.Text.RegularExpressions;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>A person with a browser and the whole system, on one backend: pages know nothing of it. Add pictures, find one again, look around.</summary>
[Collection(nameof(EmbeddedSystem))]
public sealed class PageTests(EmbeddedSystemFixture system, BrowserFixture browser)
{
    [Fact]
    public async Task Browser_AddSearchAndFollowAResult_Works()
    {
        var pictures = Pictures.Some(24, seed: 600);
        await using var context = await browser.OpenAsync(new() { BaseURL = system.System.Endpoint("web").ToString() });
        var page = await context.NewPageAsync();

        await page.GotoAsync("/add");
        await page.SetInputFilesAsync("#files", pictures.Select(Payload).Append(Payload(BadPictures.Named("text.jpg"))));
        await Expect(page.Locator("#accepted")).ToHaveTextAsync("24");
        await Expect(page.Locator("#rejected")).ToHaveTextAsync("1");
        await Expect(page.Locator("#indexed")).ToHaveTextAsync("24");

        await page.GotoAsync("/");
        await page.SetInputFilesAsync("#file", Payload(pictures[7]));
        var tiles = page.Locator("#results .tile");
        await Expect(tiles.First).ToContainTextAsync(pictures[7].Name);
        await Expect(tiles.First).ToContainTextAsync("1.000");

        await tiles.First.Locator("a.tile-similar").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/\\?image=[0-9a-f]{64}"));
        await Expect(page.Locator("#query-picture")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(tiles.First).ToContainTextAsync(pictures[7].Name);
    }

    private static FilePayload Payload(Picture picture) => new() { Name = picture.Name, MimeType = "image/png", Buffer = picture.Content };
}
