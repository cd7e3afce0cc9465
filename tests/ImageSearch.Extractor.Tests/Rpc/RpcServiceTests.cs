using System.Diagnostics;
using System.Net.Http.Json;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Extractor.Tests.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Testing.Servers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(RabbitMqServerFixture))]

namespace ImageSearch.Extractor.Tests.Rpc;

/// <summary>The real service with the model that ships, asked over a real broker and over HTTP.</summary>
public sealed class RpcServiceTests(RabbitMqServerFixture fixture) : IAsyncLifetime
{
    private readonly string _model = $"layout-{Guid.NewGuid():N}"[..20];
    private RabbitMqServer _server = null!;
    private ExtractorHost _host = null!;
    private RpcCaller _caller = null!;

    [Theory]
    [InlineData(null)]
    [InlineData("0.25,0.1,0.5,0.6")]
    public async Task Embed_OverRpc_IsBitForBitThatOverHttp(string? crop)
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var picture = GeneratedPicture.Jpeg(seed, 320, 240);
            using var http = await _host.Client.PostAsync(crop is null ? "/embed" : $"/embed?crop={crop}", new ByteArrayContent(picture), Token);
            var expected = await http.Content.ReadFromJsonAsync<EmbedResponse>(Token);

            var answer = await _caller.EmbedAsync(picture, crop);

            Assert.Equal(expected!.Vector, answer.Vector);
            Assert.Equal("1", answer.Version);
            Assert.True(answer.TookMs.Decode > 0 && answer.TookMs.Embed > 0);
        }
    }

    [Fact]
    public async Task Embed_Crop_IsNotThatOfTheWhole()
    {
        var picture = Picture.Png(64, 48);
        Assert.NotEqual((await _caller.EmbedAsync(picture)).Vector, (await _caller.EmbedAsync(picture, "0.5,0,0.5,0.5")).Vector);
    }

    [Theory]
    [InlineData("empty", null)]
    [InlineData("text", null)]
    [InlineData("truncated", null)]
    [InlineData("huge", null)]
    [InlineData("long", null)]
    [InlineData("good", "0,0,2,1")]
    [InlineData("good", "nonsense")]
    public async Task Embed_BadRequest_IsTheSameProblemAsOverHttp(string kind, string? crop)
    {
        byte[] content = kind switch
        {
            "empty" => [],
            "text" => "no picture"u8.ToArray(),
            "truncated" => GeneratedPicture.Jpeg(1)[..3000],
            "huge" => PictureEncoder.Encode(new byte[1200 * 1000], 1200, 1000, 1, "pngsave_buffer"),
            "long" => new byte[3_000_000],
            _ => GeneratedPicture.Jpeg(1),
        };
        using var http = await _host.Client.PostAsync(crop is null ? "/embed" : $"/embed?crop={crop}", new ByteArrayContent(content), Token);
        var expected = await http.Content.ReadFromJsonAsync<ProblemDetails>(Token);

        var problem = await _caller.ProblemAsync(content, crop);

        Assert.Equal((int)http.StatusCode, problem.Status);
        Assert.Equal((expected!.Type, expected.Status, expected.Title, expected.Detail), (problem.Type, problem.Status, problem.Title, problem.Detail));
    }

    [Fact]
    public async Task Embed_WithoutTimeout_IsRefused()
    {
        var problem = await _caller.ProblemAsync(GeneratedPicture.Jpeg(1), withoutTimeout: true);
        Assert.Equal(("urn:imagesearch:invalid-request", 400), (problem.Type, problem.Status));
    }

    [Fact]
    public async Task Embed_200AtOnce_GivesEachItsOwn()
    {
        var pictures = Enumerable.Range(0, 100).Select(seed => GeneratedPicture.Jpeg(seed, 64, 48)).ToArray();
        var alone = new List<byte[]>();
        foreach (var picture in pictures)
        {
            alone.Add((await _caller.EmbedAsync(picture)).Vector);
        }

        // 64 in work and 128 waiting are taken at least; the model may not have begun when the last is sent.
        await using var second = await RpcCaller.ConnectAsync(_server.ConnectionString, _model);
        var answers = new List<byte[]>();
        foreach (var round in pictures.Chunk(50))
        {
            var offset = answers.Count;
            var both = await Task.WhenAll(round.SelectMany(picture => new[] { _caller.EmbedAsync(picture), second.EmbedAsync(picture) }));
            for (var i = 0; i < round.Length; i++)
            {
                Assert.All([both[2 * i], both[(2 * i) + 1]], answer => Assert.True(Cosine(answer.Vector, alone[offset + i]) > 0.9999f));
                answers.Add(both[2 * i].Vector);
            }
        }

        Assert.Equal(100, answers.DistinctBy(Convert.ToBase64String).Count());
        Assert.Equal(0, _caller.Unexpected + second.Unexpected);
    }

    [Fact]
    public async Task Embed_TraceParent_IsItsParent()
    {
        var traces = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ExtractorTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = traces.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var id = ActivityTraceId.CreateRandom();

        await _caller.EmbedAsync(GeneratedPicture.Jpeg(1), traceParent: $"00-{id}-00f067aa0ba902b7-01");

        await Eventually.BecomesTrue(() => traces.Any(trace => trace.TraceId == id));
        var embed = traces.Single(trace => trace.TraceId == id);
        Assert.Equal(ActivityKind.Server, embed.Kind);
        Assert.Equal("00f067aa0ba902b7", embed.ParentSpanId.ToString());
        Assert.Equal(_model, embed.GetTagItem("imagesearch.model"));
    }

    public async ValueTask InitializeAsync()
    {
        _server = await fixture.GetAsync();
        _host = await StartAsync(_server, _model);
        _caller = await RpcCaller.ConnectAsync(_server.ConnectionString, _model);
        await _caller.DeclareAsync();
        await Eventually.BecomesTrue(async () => await _caller.ListenersAsync() == 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _caller.DisposeAsync();
            await _host.DisposeAsync();
        }
    }

    internal static Task<ExtractorHost> StartAsync(RabbitMqServer server, string model)
    {
        var settings = Declarations.Layout();
        settings["Model:Name"] = model;
        settings["Model:QueryTransport"] = "Rpc";
        settings["Limits:MaximumBytes"] = "2000000";
        settings["Limits:MaximumPixels"] = "1000000";
        return ExtractorHost.StartAsync(settings, services => services.AddSingleton(_ => new RabbitMqConnection(server.ConnectionString, "extractor")));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static float Cosine(byte[] a, byte[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(a), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(b));
}
