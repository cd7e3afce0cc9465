using System.Diagnostics;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>10,000 pictures in the collection. The limits are far above what is measured: a busy machine must not fail them, a page that reads everything must.</summary>
public sealed class LargeCollectionTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int Count = 10_000;
    private const int Failed = 300;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Expected.Add("404"); // samples have no bytes
        foreach (var piece in Enumerable.Range(0, Count).Chunk(1000))
        {
            await Task.WhenAll(piece.Select(i => System.Store.AddAsync(Samples.Image(i, i % 10 == 0 ? ["tenth"] : []), Token)));
            await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [.. piece.Where(i => i >= Failed).Select(i => Samples.Vector(i))], Token);
            await System.Store.PutVectorsAsync(WebSystem.Other.Key, [.. piece.Select(i => Samples.Vector(i, 4))], Token);
        }

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [.. Enumerable.Range(0, Failed).Select(i => new ExtractionFailure(Samples.Id(i), 3, $"Reason {i % 7}."))], Token);
    }

    [Fact]
    public async Task Pages_AreAnsweredWithoutReadingTheCollection()
    {
        string[] paths =
        [
            "/collection", "/collection?size=240", "/collection?state=indexed", "/collection?state=failed", "/collection?state=pending", "/collection?tag=tenth&size=240",
            "/failures", "/failures?model=layout&reason=Reason%203.", "/system",
        ];
        foreach (var path in paths)
        {
            (await Http.GetAsync(path, Token)).EnsureSuccessStatusCode(); // compiled and cached
            var start = Stopwatch.GetTimestamp();
            var html = await Http.GetStringAsync(path, Token);
            var took = Stopwatch.GetElapsedTime(start);
            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {took.TotalMilliseconds:0} ms, {html.Length / 1000} kB");
            Assert.True(took < TimeSpan.FromSeconds(2), $"{path} took {took.TotalMilliseconds:0} ms.");
        }
    }

    [Fact]
    public async Task LargestPage_IsSelectedAtOnce()
    {
        await Page.GotoAsync("/collection?size=240");
        await Expect(Page.Locator(".lead")).ToHaveTextAsync("10,000 pictures, newest first.");
        await Page.Locator("[data-select]").First.ClickAsync();

        var took = await Page.EvaluateAsync<double>(
            """
            () => new Promise(resolve => {
              const start = performance.now();
              document.querySelector('[data-select-all=true]').click();
              requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
            })
            """);

        TestContext.Current.TestOutputHelper?.WriteLine($"Selecting 240 pictures until they are drawn: {took:0} ms");
        await Expect(Page.Locator("#selected-count")).ToHaveTextAsync("240");
        Assert.True(took < 2000, $"Selecting took {took:0} ms.");
    }
}
