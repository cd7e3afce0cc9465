using ImageSearch.Ingest.Tests.Fetching;
using ImageSearch.Testing;
using ImageSearch.Testing.Malformed;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests;

/// <summary>Web passes uploads and imports on as they come, so what is wrong with them is wrong here.</summary>
public sealed class MalformedRequestTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20261129;
    private const int Requests = 1500;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task MalformedRequests_EachIsAnsweredAndNoBufferIsLost()
    {
        await using var host = IngestHost.Start(_directory, new FakeInternet().Register, ("Ingest:FetchTimeout", "00:00:00.200"));
        var calls =
            from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            select new CallTemplate(method, $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}");
        byte[][] pictures = [Png.Create(1), Png.Create(2)];
        var run = new MalformedRun(host.Http.BaseAddress!);

        await run.SendAsync(
            new MalformedRequests(Seed, [.. calls], [.. pictures.Select(picture => ImageId.Of(picture).ToString())], pictures), Requests, TestContext.Current.CancellationToken);

        output.WriteLine(run.ToString());
        Assert.Empty(run.Faults);
        await Eventually.BecomesTrue(() => host.Buffers.InUse == 0, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(UploadState.Accepted, (await host.UploadAsync(Png.Create(3))).Images.Single().State);
    }
}
