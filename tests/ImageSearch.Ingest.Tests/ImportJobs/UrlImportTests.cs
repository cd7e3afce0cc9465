using System.Text;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

public sealed class UrlImportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_GoodAndBadUrls_AreCountedWithTheirReasons()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = Start();
        string[] urls = [server.Url("/1"), server.Url("/2"), server.Url("/missing"), server.Url("/1"), "ftp://pictures.example/x", "nonsense", ""];

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls, tags = (string[])[" sea ", "sea", "air"] }));

        Assert.Equal((7, 2, 1, 4), (status.Total, status.Accepted, status.Duplicate, status.Rejected));
        Assert.Equal([server.Url("/missing"), "ftp://pictures.example/x", "nonsense", "unnamed"], status.Problems.Select(problem => problem.Source));
        Assert.Equal(["http-status 404", "invalid url", "invalid url", "invalid url"], status.Problems.Select(problem => problem.Reason.Split(':')[0]));
        var record = await host.Store.FindAsync(ImageId.Of(Png.Create(2)), default);
        Assert.Equal(server.Url("/2"), record!.Source);
        Assert.Equal("image/png", record.ContentType);
        Assert.Equal(["air", "sea"], record.Tags);
        Assert.Equal(2, (await host.QueuedAsync()).Count);
    }

    [Fact]
    public async Task Import_EveryPicture_StartsATrace()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = Start();
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "ImageSearch.Ingest",
            Sample = (ref _) => System.Diagnostics.ActivitySamplingResult.AllData,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);

        await host.FinishedAsync(await host.ImportAsync(new { urls = (string[])[server.Url("/1"), server.Url("/2")] }));

        var traces = (await host.Queue.ReceiveAsync("layout", 10, TimeSpan.Zero, default)).Select(delivery => delivery.Item.TraceParent).ToList();
        Assert.All(traces, Assert.NotNull);
        Assert.Equal(2, traces.Distinct().Count());
    }

    [Fact]
    public async Task Import_PrivateAddress_IsAProblem()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = IngestHost.Start(_directory);

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls = (string[])[server.Url("/1")] }));

        Assert.Equal(1, status.Rejected);
        Assert.StartsWith("address not allowed", Assert.Single(status.Problems).Reason);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task Import_ManyUrls_KeepsToItsConcurrency()
    {
        var (now, most) = (0, 0);
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Delay(5, context.RequestAborted); // so that fetches overlap
            Interlocked.Decrement(ref now);
            await RemoteServer.SendPictureAsync(context);
        });
        await using var host = Start(("Ingest:ImportConcurrency", "3"));

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls = Enumerable.Range(0, 60).Select(i => server.Url($"/{i}")) }));

        Assert.Equal(60, status.Accepted);
        Assert.InRange(most, 2, 3);
    }

    [Fact]
    public async Task Import_ManyRejections_KeepsTheFirstThousandProblems()
    {
        await using var host = Start();
        var urls = Enumerable.Range(0, 1100).Select(i => $"ftp://pictures.example/{i}").Append("http://127.0.0.1:1/");

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls }));

        Assert.Equal(1101, status.Rejected);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"ftp://pictures.example/{i}"), status.Problems.Select(problem => problem.Source));
    }

    [Fact]
    public async Task Import_TwoReplicas_WorkOnItOnce()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var one = Start();
        await using var two = Start();

        var import = await one.ImportAsync(new { urls = Enumerable.Range(0, 80).Select(i => server.Url($"/{i}")) });
        var status = await two.FinishedAsync(import);

        Assert.Equal((80, 80, 0, 0), (status.Total, status.Accepted, status.Duplicate, status.Rejected));
        Assert.Equal(80, server.Requests);
    }

    [Theory]
    [InlineData("{}", "invalid-import")]
    [InlineData("""{"urls":["http://a.example/"],"folder":"x"}""", "invalid-import")]
    [InlineData("""{"urls":[]}""", "invalid-urls")]
    [InlineData("""{"urls":["nonsense",null,"ftp://a.example/"]}""", "invalid-urls")]
    [InlineData("""{"urls":["http://a.example/1","http://a.example/2","http://a.example/3","http://a.example/4"]}""", "too-many-urls")]
    [InlineData("""{"urls":["http://a.example/"],"tags":[""]}""", "invalid-tag")]
    [InlineData("""{"urls":["http://a.example/"],"tags":["a\u0000"]}""", "invalid-tag")]
    [InlineData("""{"urls":"http://a.example/"}""", "invalid-json")]
    [InlineData("nonsense", "invalid-json")]
    [InlineData("""{"folder":"photos"}""", "folder-not-allowed")]
    public async Task Import_WrongRequest_Is400(string body, string problem)
    {
        await using var host = Start(("Ingest:MaximumUrls", "3"));
        using var response = await host.Http.PostAsync("/imports", new StringContent(body, Encoding.UTF8, "application/json"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, problem);
    }

    [Fact]
    public async Task Import_NotJson_Is415()
    {
        await using var host = Start();
        using var response = await host.Http.PostAsync("/imports", new StringContent("x"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnsupportedMediaType, "not-json");
    }

    [Fact]
    public async Task Import_OverlongUrlAmongGood_IsAProblemThatIsCut()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = Start();
        var status = await host.FinishedAsync(await host.ImportAsync(new { urls = (string[])[server.Url("/1"), server.Url("/" + new string('x', 5000))] }));
        Assert.Equal((1, 1), (status.Accepted, status.Rejected));
        Assert.Equal(2048, Assert.Single(status.Problems).Source.Length);
    }

    [Fact]
    public async Task Status_UnknownImport_Is404()
    {
        await using var host = Start();
        using var response = await host.Http.GetAsync("/imports/nothing");
        await ProblemAssert.IsAsync(response, HttpStatusCode.NotFound, "unknown-import");
    }

    private IngestHost Start(params (string Key, string Value)[] settings) =>
        IngestHost.Start(_directory, [("Ingest:AllowPrivateAddresses", "true"), .. settings]);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }
}
