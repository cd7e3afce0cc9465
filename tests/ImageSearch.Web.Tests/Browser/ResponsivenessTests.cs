using System.Runtime.InteropServices;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.AspNetCore.Http;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>What the page adds to the API's time, and what hundreds of tiles cost.</summary>
public sealed class ResponsivenessTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int Rounds = 5;
    private const double MaximumOverhead = 100;

    [Fact(Explicit = true)] // times the page: on a quiet machine, when asked for
    public async Task DroppedPhotograph_IsShownWithin100MillisecondsOfTheApi()
    {
        for (var i = 0; i < 60; i++)
        {
            await System.AddAsync(GeneratedPicture.Png(i, 16, 12), $"picture {i}.png");
        }

        var photograph = GeneratedPicture.Jpeg(500, 3000, 2000);
        var overheads = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await Page.GotoAsync("/");
            // From the drop until tiles are there and have been painted, less the request itself.
            await Page.EvaluateAsync(
                """
                () => {
                  document.getElementById('dropzone').addEventListener('drop', () => { window.dropped = performance.now(); }, { capture: true });
                  new MutationObserver((_, observer) => {
                    if (document.querySelector('#results .results-list .tile')) {
                      observer.disconnect();
                      requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
                    }
                  }).observe(document.getElementById('results'), { childList: true, subtree: true });
                }
                """);
            await GiveAsync("drop", photograph, "photograph.jpg");
            await Page.WaitForFunctionAsync("() => window.painted");
            overheads.Add(await Page.EvaluateAsync<double>(
                """
                () => {
                  const [request] = performance.getEntriesByType('resource').filter(entry => entry.name.includes('/api/v1/search'));
                  return window.painted - window.dropped - (request.responseEnd - request.startTime);
                }
                """));
            await Expect(Tiles).ToHaveCountAsync(48);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"beyond the API's time: {string.Join(", ", overheads.Select(overhead => $"{overhead:0} ms"))}");
        // The best of some: the machine has other things to do.
        Assert.True(overheads.Min() < MaximumOverhead, $"The page added {string.Join(", ", overheads.Select(overhead => $"{overhead:0}"))} ms to the API's time.");
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(1440, 900)]
    public async Task AnswerAndPictures_WhenTheyArrive_MoveNothing(int width, int height)
    {
        for (var i = 0; i < 60; i++)
        {
            await System.AddAsync(GeneratedPicture.Png(i, 16, 12), $"picture {i}.png");
        }

        var (arrived, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        System.Extractor.Intercept = async context =>
        {
            arrived.TrySetResult();
            await answer.Task;
            await context.Response.WriteAsJsonAsync(new EmbedResponse(
                WebSystem.Layout.Version, MemoryMarshal.AsBytes(FakeExtractor.Embed([1], WebSystem.Layout.Dimension).AsSpan()).ToArray(), null, new EmbedTimes(1, 1)));
        };
        await Page.SetViewportSizeAsync(width, height);
        await Page.AddInitScriptAsync(
            """
            window.shifts = [];
            new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(entry => entry.value))).observe({ type: 'layout-shift', buffered: true });
            """);
        await Page.GotoAsync("/");
        await GiveAsync("drop", GeneratedPicture.Jpeg(500, 600, 400), "photograph.jpg");
        await arrived.Task;
        await Expect(Page.Locator(".waiting")).ToBeVisibleAsync();
        await Page.Locator("#query-picture").EvaluateAsync("image => image.decode()");
        await Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => setTimeout(() => { window.shifts.length = 0; resolve(); })))");

        answer.SetResult();

        await Expect(Tiles).ToHaveCountAsync(48);
        await Tiles.First.Locator("img").EvaluateAsync("image => image.decode()");
        Assert.InRange(await Page.EvaluateAsync<double>("() => window.shifts.reduce((sum, shift) => sum + shift, 0)"), 0, 0.01);
    }

    [Fact(Explicit = true)] // likewise
    public async Task FiveHundredTiles_KeepTheKeyboardQuick()
    {
        Expected.Add("404"); // samples have no bytes
        var vectors = new List<ImageVector>();
        for (var i = 0; i < 520; i++)
        {
            var id = Samples.Id(i);
            var vector = FakeExtractor.Embed([(byte)i, (byte)(i >> 8)], WebSystem.Layout.Dimension);
            await System.Store.AddAsync(Samples.Image(i), Token);
            vectors.Add(new ImageVector(id, vector, 1, []));
            System.Shards[id.Bucket % 2].Vectors[id] = (vector, []);
        }

        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, vectors, Token);
        await Page.GotoAsync($"/?image={Samples.Id(0)}&k=100");
        await Eventually.BecomesTrue(
            async () =>
            {
                await Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
                return await Tiles.CountAsync() >= 500;
            },
            cancellationToken: Token);

        await Tiles.First.Locator(".tile-picture").FocusAsync();
        var times = await Page.EvaluateAsync<double[]>(
            """
            () => Array.from({ length: 40 }, (_, i) => {
              const start = performance.now();
              document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: i % 2 ? 'ArrowRight' : 'ArrowDown', bubbles: true, cancelable: true }));
              document.documentElement.getBoundingClientRect(); // what it changed is laid out
              return performance.now() - start;
            })
            """);
        await Expect(Tiles.First.Locator(".tile-picture")).Not.ToBeFocusedAsync();
        var median = times.Order().ElementAt(times.Length / 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"a key among {await Tiles.CountAsync()} tiles: {median:0.0} ms");
        Assert.InRange(median, 0, 50);
    }
}
