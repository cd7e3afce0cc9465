using Microsoft.Playwright;

namespace ImageSearch.Web.Tests.Support;

/// <summary>What a page looks like when everything on it has come. <c>IMAGESEARCH_SCREENSHOTS</c> names a folder that keeps pictures of it.</summary>
internal static class PageLook
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("IMAGESEARCH_SCREENSHOTS");

    /// <summary>Waits until the page is at rest, keeps a picture if asked to, and fails if it scrolls sideways.</summary>
    public static async Task FitsAsync(IPage page, string name, bool fullPage = false)
    {
        await page.EvaluateAsync(
            """
            async () => {
              await Promise.all([...document.images]
                .filter(image => image.checkVisibility() && image.getBoundingClientRect().top < innerHeight)
                .map(image => image.decode().catch(() => {})));
              // A page that scrolls to its results has come to rest when it is where it was a few frames before.
              for (let still = 0, at = -1; still < 5; at = scrollY) {
                await new Promise(resolve => requestAnimationFrame(resolve));
                still = at === scrollY ? still + 1 : 0;
              }
            }
            """);
        if (Screenshots is not null)
        {
            await page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"{name}.jpg"), FullPage = fullPage, Type = ScreenshotType.Jpeg, Quality = 80 });
        }

        var (content, window) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
        Assert.True(content <= window, $"{name} is {content} pixels wide in a window of {window}.");
    }
}
