using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Overload;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Web.Tests.Overload;

/// <summary>One search in work, one that waits, and an extractor that holds what it gets until the test lets it go.</summary>
public sealed class OverloadTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    private readonly TaskCompletionSource _release = new();

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Overload:Searches", "1"), ("Overload:WaitingSearches", "1"), ("Overload:LongestWait", "00:00:30"), ("Overload:Uploads", "1"), ("Overload:WaitingUploads", "0"),
        ("Overload:SearchBytes", "1000000"), ("Overload:RetryAfter", "00:00:07"),
    ];

    private OverloadGates Gates => System.Services.GetRequiredService<OverloadGates>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await System.AddAsync(Picture, "a.png");
        System.Extractor.Intercept = async context =>
        {
            await _release.Task.WaitAsync(context.RequestAborted);
            System.Extractor.Intercept = null;
            context.Response.StatusCode = 503; // asked again, without this
        };
    }

    public override ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Search_LineIsFull_IsRefusedAtOnceAndTheOthersAreAnswered()
    {
        var (first, second) = await FillAsync();
        await BusyAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token)); // not the first of its kind: what takes time once has been done
        var start = Stopwatch.GetTimestamp();

        using var refused = await Http.PostAsync("/api/v1/search", Form(Picture), Token);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await BusyAsync(refused);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
        _release.SetResult();
        await JsonAsync(await first);
        await JsonAsync(await second);
        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
        Assert.Equal((0, 0, 0), (Gates.Searches.InWork, Gates.Searches.Waiting, Gates.SearchBytes.Taken));
    }

    [Fact]
    public async Task Search_LineIsFull_NothingOfTheBodyIsReadBefore()
    {
        await FillAsync();

        using var request = await BeginAsync("/api/v1/search", 1);

        AssertBusy(await request.AnswerAsync());
    }

    [Fact]
    public async Task Search_SlowBodies_KeepNobodyFromSearching()
    {
        System.Extractor.Intercept = null;
        using var first = await BeginAsync("/api/v1/search", 1000);
        using var second = await BeginAsync("/api/v1/search", 1000);
        using var third = await BeginAsync("/api/v1/search", 1000, 900_000);
        await Eventually.BecomesTrue(() => Gates.SearchBytes.Taken >= 3000);

        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
    }

    [Fact]
    public async Task Search_PicturesTakeTheMemory_OthersAreRefused()
    {
        System.Extractor.Intercept = null;
        using (var sent = await BeginAsync("/api/v1/search", 900_000))
        {
            await Eventually.BecomesTrue(() => Gates.SearchBytes.Taken >= 900_000);

            // For what it announces, and for what it sends; what is small has room.
            using var announces = await BeginAsync("/api/v1/search", 1, 200_000);
            AssertBusy(await announces.AnswerAsync());
            using var sends = await BeginAsync("/api/v1/search", 200_000);
            AssertBusy(await sends.AnswerAsync());
            await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
        }

        await Eventually.BecomesTrue(() => Gates.SearchBytes.Taken == 0);
    }

    [Fact]
    public async Task Search_HangsUpWhileItWaits_LeavesTheLine()
    {
        await FillAsync(waiting: false);
        using var hangUp = new CancellationTokenSource();
        var waiting = Http.PostAsync("/api/v1/search", Form(Picture), hangUp.Token);
        await Eventually.BecomesTrue(() => Gates.Searches.Waiting == 1);

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.BecomesTrue(() => Gates.Searches.Waiting == 0);
    }

    [Fact]
    public async Task Everything_ElseIsAnsweredWhileSearchesAreFull()
    {
        await FillAsync();

        foreach (var path in new[] { "/health", "/alive", "/metrics", "/", "/api/v1/models", "/api/v1/images" })
        {
            using var response = await Http.GetAsync(path, Token);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
        }

        using var upload = await Http.PostAsync("/api/v1/images", Form(Picture), Token);
        Assert.Equal(HttpStatusCode.Accepted, upload.StatusCode);
    }

    [Fact]
    public async Task Page_SearchIsRefused_SaysSo()
    {
        await FillAsync();

        using var response = await Http.GetAsync($"/?image={ImageId.Of(Picture)}", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Too many searches at once", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_PlacesAreTaken_IsRefusedAndSearchesAreNot()
    {
        System.Extractor.Intercept = null;
        System.Ingest.Intercept = context => _release.Task.WaitAsync(context.RequestAborted);
        var first = Http.PostAsync("/api/v1/images", Form(Picture), Token);
        await Eventually.BecomesTrue(() => Gates.Uploads.InWork == 1);

        using var second = await BeginAsync("/api/v1/images", 1);
        AssertBusy(await second.AnswerAsync());
        await BusyAsync(await Http.PostAsJsonAsync("/api/v1/imports", new { urls = new[] { "https://example.org/a.png" } }, Token));

        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
        _release.SetResult();
        (await first).Dispose();
        await Eventually.BecomesTrue(() => Gates.Uploads.InWork == 0);
    }

    [Fact]
    public async Task Metrics_SayWhatIsInWorkWaitingAndRefused()
    {
        await FillAsync();
        await BusyAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        var metrics = PrometheusSamples.Parse(await Http.GetStringAsync("/metrics", Token));

        Assert.Equal(1, metrics["imagesearch_in_work{kind=\"searches\"}"]);
        Assert.Equal(1, metrics["imagesearch_waiting{kind=\"searches\"}"]);
        Assert.Equal(1, metrics["imagesearch_refused_total{kind=\"searches\",reason=\"full\"}"]);
    }

    private static Task<JsonObject> BusyAsync(HttpResponseMessage response) => ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "busy");

    private static void AssertBusy(string answer)
    {
        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 7", answer, StringComparison.Ordinal);
        Assert.Contains("urn:imagesearch:busy", answer, StringComparison.Ordinal);
    }

    /// <summary>A form with so many bytes of a picture, which never ends.</summary>
    private Task<UnfinishedRequest> BeginAsync(string path, int bytes, long? length = null) => UnfinishedRequest.SendAsync(
        Http.BaseAddress!,
        path,
        [.. "--x\r\nContent-Disposition: form-data; name=file; filename=a.png\r\n\r\n"u8, .. new byte[bytes]],
        length,
        ("Content-Type", "multipart/form-data; boundary=x"));

    private async Task<(Task<HttpResponseMessage> First, Task<HttpResponseMessage> Second)> FillAsync(bool waiting = true)
    {
        var first = Http.PostAsync("/api/v1/search", Form(Picture), Token);
        await Eventually.BecomesTrue(() => Gates.Searches.InWork == 1);
        if (!waiting)
        {
            return (first, first);
        }

        var second = Http.PostAsync("/api/v1/search", Form(Picture), Token);
        await Eventually.BecomesTrue(() => Gates.Searches.Waiting == 1);
        return (first, second);
    }
}
