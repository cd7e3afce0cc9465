using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using ImageSearch.Core.Models;
using ImageSearch.Core.Rpc;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Testing.Servers;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Peers.Rpc;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

[assembly: AssemblyFixture(typeof(RabbitMqServerFixture))]

namespace ImageSearch.Web.Tests.Search;

/// <summary>Searches whose model declares that queries go over RabbitMQ, with a real broker; one test at a time has its queue.</summary>
public sealed class RpcSearchTests(RabbitMqServerFixture fixture) : IAsyncLifetime
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);
    private static readonly string Queue = EmbedRpc.Queue(WebSystem.Layout.Name);

    private readonly List<IAsyncDisposable> _open = [];
    private RabbitMqServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_OverRpc_IsAnsweredAndHttpIsNotUsed()
    {
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync(_server.ConnectionString);

        var answer = await SearchAsync(system, Picture, ("crop", "0.25,0,0.5,1"));

        Assert.Equal(ImageId.Of(Picture).ToString(), (string?)answer["results"]![0]!["id"]);
        Assert.Equal((1.0, 2.0), ((double)answer["tookMs"]!["decode"]!, (double)answer["tookMs"]!["embed"]!));
        Assert.Empty(system.Extractor.Requests);
        var (body, properties) = Assert.Single(extractor.Requests);
        Assert.Equal(Picture, body);
        Assert.Equal("10000", properties.Expiration);
        Assert.Equal(DeliveryModes.Transient, properties.DeliveryMode);
        Assert.Equal(10_000L, properties.Headers![EmbedRpc.TimeoutHeader]);
        Assert.Equal("0.25,0,0.5,1", Encoding.UTF8.GetString((byte[])properties.Headers[EmbedRpc.CropHeader]!));
    }

    [Fact]
    public async Task Search_Trace_GoesAlong()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ImageSearch.Web",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync(_server.ConnectionString);

        await SearchAsync(system, Picture);

        var parent = Encoding.UTF8.GetString((byte[])Assert.Single(extractor.Requests).Properties.Headers![EmbedRpc.TraceParentHeader]!);
        Assert.True(ActivityContext.TryParse(parent, null, out var context));
        Assert.Equal(ActivityTraceFlags.Recorded, context.TraceFlags);
    }

    [Fact]
    public async Task Embed_200AtOnce_EachGetsItsOwn()
    {
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync(_server.ConnectionString, ("Search:EmbedTimeout", "00:01:00"));
        var route = system.Services.GetRequiredService<IOptions<ModelRoutes>>().Value[0];
        var pictures = Enumerable.Range(100, 200).Select(seed => GeneratedPicture.Png(seed, 16, 16)).ToArray();

        // 64 are in work at most and 128 wait: the queue takes them all.
        var client = system.Services.GetRequiredService<ExtractorClient>();
        var answers = new byte[pictures.Length][];
        await Parallel.ForEachAsync(Enumerable.Range(0, pictures.Length), new ParallelOptions { MaxDegreeOfParallelism = 180 }, async (i, token) =>
            answers[i] = (await client.EmbedAsync(route, pictures[i], null, token)).Vector);

        Assert.All(pictures.Zip(answers), pair => Assert.Equal(
            FakeExtractor.Embed(pair.First, route.Dimension), MemoryMarshal.Cast<byte, float>(pair.Second).ToArray()));
        Assert.Equal(200, extractor.Requests.Count);
        Assert.Empty(system.Extractor.Requests);
    }

    [Fact]
    public async Task ExtractorRefusesThePicture_ItsReasonIsPassedOn()
    {
        (await ListenAsync(_server.ConnectionString)).Refuse(422, "unreadable-image", "Save it anew.");
        var system = await StartAsync(_server.ConnectionString);

        var problem = await ProblemAsync(system, HttpStatusCode.UnprocessableEntity, "unreadable-image");

        Assert.Equal("Save it anew.", problem);
        Assert.Empty(system.Extractor.Requests);
    }

    [Fact]
    public async Task ExtractorIsBusy_IsUnavailableAsOverHttp()
    {
        (await ListenAsync(_server.ConnectionString)).Refuse(503, "busy", "Too many searches at once.");
        var system = await StartAsync(_server.ConnectionString);

        var problem = await ProblemAsync(system, HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.StartsWith("The model 'layout' cannot embed pictures now: its extractor answered with status 503.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractorAnswersForAnotherVersion_IsUnavailable()
    {
        (await ListenAsync(_server.ConnectionString)).Intercept = _ => Task.FromResult((EmbedRpc.ResponseType, "{\"version\":\"2\",\"vector\":\"\"}"u8.ToArray()));
        var system = await StartAsync(_server.ConnectionString);

        Assert.Contains("gave an answer that cannot be read", await ProblemAsync(system, HttpStatusCode.ServiceUnavailable, "extractor-unavailable"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractorIsLate_IsUnavailableAtTheDeadlineAndItsReplyIsIgnored()
    {
        var gate = new TaskCompletionSource();
        var extractor = await ListenAsync(_server.ConnectionString);
        extractor.Intercept = async body =>
        {
            await gate.Task;
            return (EmbedRpc.ResponseType, extractor.Embed(body));
        };
        var system = await StartAsync(_server.ConnectionString, ("Search:EmbedTimeout", "00:00:02"));

        var problem = await ProblemAsync(system, HttpStatusCode.ServiceUnavailable, "extractor-unavailable");
        Assert.Contains("did not answer within 2 s", problem, StringComparison.Ordinal);

        extractor.Intercept = null;
        gate.SetResult();
        var other = GeneratedPicture.Png(2, 32, 32);
        Assert.Equal(ImageId.Of(other).ToString(), (string?)(await SearchAsync(system, other))["results"]![0]!["id"]);
    }

    [Fact]
    public async Task NobodyListens_HttpAnswers()
    {
        var system = await StartAsync(_server.ConnectionString);

        await SearchAsync(system, Picture);

        Assert.Single(system.Extractor.Requests);
    }

    [Fact]
    public async Task NobodyListensAndNoAddressIsKnown_IsUnavailableAtOnce()
    {
        var system = await StartAsync(_server.ConnectionString, ("services:extractor-layout:http:0", ""));
        var start = Stopwatch.GetTimestamp();

        var problem = await ProblemAsync(system, HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.Contains("its extractor does not listen", problem, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task ExtractorIsGoneButItsQueueIsNot_HttpAnswersBeforeTheDeadline()
    {
        var extractor = await ListenAsync(_server.ConnectionString);
        await extractor.DisposeAsync();
        var system = await StartAsync(_server.ConnectionString, ("Search:EmbedTimeout", "00:01:00"));
        var start = Stopwatch.GetTimestamp();

        await SearchAsync(system, Picture);

        Assert.Single(system.Extractor.Requests);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task QueueIsFull_IsUnavailableAtOnceAndHttpIsNotTried()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_server.ConnectionString) }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Token);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, EmbedRpc.QueueArguments, cancellationToken: Token);
        for (var i = 0; i < EmbedRpc.MaximumWaiting; i++)
        {
            await channel.BasicPublishAsync("", Queue, mandatory: true, Picture, Token);
        }

        var system = await StartAsync(_server.ConnectionString);
        var start = Stopwatch.GetTimestamp();

        var problem = await ProblemAsync(system, HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.Contains("its extractor has too many searches waiting", problem, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Empty(system.Extractor.Requests);
    }

    [Fact]
    public async Task PictureIsTooLargeForTheBroker_GoesOverHttp()
    {
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync(_server.ConnectionString, ("Search:MaximumRpcBytes", "100"));

        await SearchAsync(system, Picture);

        Assert.Single(system.Extractor.Requests);
        Assert.Empty(extractor.Requests);
    }

    [Fact]
    public async Task BrokerStopsAndStarts_HttpAnswersMeanwhileAndRpcAfterwards()
    {
        await using var server = await RabbitMqServer.StartAsync(Token);
        var extractor = await ListenAsync(server.ConnectionString);
        var system = await StartAsync(server.ConnectionString);
        await SearchAsync(system, Picture);
        Assert.Single(extractor.Requests);

        server.Kill();
        for (var i = 0; i < 5; i++)
        {
            await SearchAsync(system, Picture);
        }

        Assert.Equal(5, system.Extractor.Requests.Count);
        await server.StartAgainAsync(Token);
        extractor = await ListenAsync(server.ConnectionString);
        await Eventually.Succeeds(
            async () =>
            {
                await SearchAsync(system, Picture);
                Assert.NotEmpty(extractor.Requests);
            },
            TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task BrokerIsOutOfMemory_HttpAnswersMeanwhileAndRpcAfterwards()
    {
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync(_server.ConnectionString, ("Search:EmbedTimeout", "00:01:00"));
        await _server.ControlAsync(["set_vm_memory_high_watermark", "absolute", "1"], Token);
        try
        {
            var start = Stopwatch.GetTimestamp();
            await Eventually.Succeeds(async () =>
            {
                await SearchAsync(system, Picture);
                Assert.NotEmpty(system.Extractor.Requests);
            });
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        }
        finally
        {
            await _server.ControlAsync(["set_vm_memory_high_watermark", "absolute", "512MB"], Token);
        }

        await Eventually.Succeeds(async () =>
        {
            var before = extractor.Requests.Count;
            await SearchAsync(system, Picture);
            Assert.Equal(before + 1, extractor.Requests.Count);
        });
    }

    [Fact]
    public async Task BrokerDiesWithARequestInWork_HttpAnswers()
    {
        await using var server = await RabbitMqServer.StartAsync(Token);
        var extractor = await ListenAsync(server.ConnectionString);
        extractor.Intercept = _ => new TaskCompletionSource<(string, byte[])>().Task;
        var system = await StartAsync(server.ConnectionString, ("Search:EmbedTimeout", "00:01:00"));
        var search = SearchAsync(system, Picture);
        await Eventually.BecomesTrue(() => extractor.Requests.Count == 1);

        server.Kill();

        Assert.Equal(ImageId.Of(Picture).ToString(), (string?)(await search)["results"]![0]!["id"]);
        Assert.Single(system.Extractor.Requests);
    }

    [Fact]
    public async Task NetworkToTheBrokerIsCut_HttpAnswersBeforeTheDeadlineAndRpcAfterwards()
    {
        await using var proxy = TcpProxy.To(_server.Port);
        var extractor = await ListenAsync(_server.ConnectionString);
        var system = await StartAsync($"amqp://guest:guest@127.0.0.1:{proxy.Port}/", ("Search:EmbedTimeout", "00:01:00"));
        await SearchAsync(system, Picture);

        proxy.Cut(ProxyCut.BlackHole);
        var start = Stopwatch.GetTimestamp();
        await SearchAsync(system, Picture);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Single(system.Extractor.Requests);

        // From then on nobody waits for it.
        start = Stopwatch.GetTimestamp();
        await SearchAsync(system, Picture);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));

        proxy.Restore();
        var before = extractor.Requests.Count;
        await Eventually.Succeeds(
            async () =>
            {
                var http = system.Extractor.Requests.Count;
                await SearchAsync(system, Picture);
                Assert.Equal(http, system.Extractor.Requests.Count);
            },
            TimeSpan.FromSeconds(40));
        Assert.True(extractor.Requests.Count > before);
    }

    [Fact]
    public async Task Start_RpcWithoutBroker_SaysWhatItNeeds()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => WebSystem.StartAsync(("Models:0:QueryTransport", "Rpc"), ("Models:1:Dimension", "0")));

        var failures = Assert.IsType<OptionsValidationException>(error is AggregateException all ? all.Flatten().InnerExceptions[0] : error).Failures.ToList();
        Assert.Contains(
            "Models: 'layout' has QueryTransport Rpc, which needs RabbitMQ: set Backend to servers and ConnectionStrings:rabbitmq, or QueryTransport to Http.", failures);
        Assert.Contains(failures, failure => failure.StartsWith("Models:1:", StringComparison.Ordinal));
    }

    public async ValueTask InitializeAsync()
    {
        _server = await fixture.GetAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(_server.ConnectionString) }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeleteAsync(Queue, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }
    }

    private async Task<RpcExtractor> ListenAsync(string connectionString)
    {
        var extractor = await RpcExtractor.StartAsync(connectionString, WebSystem.Layout);
        _open.Add(extractor);
        return extractor;
    }

    /// <summary>Returns when queries can go over the broker.</summary>
    private async Task<WebSystem> StartAsync(string connectionString, params (string, string?)[] settings)
    {
        var system = await WebSystem.StartAsync(
            [("ConnectionStrings:rabbitmq", connectionString), ("Models:0:QueryTransport", "Rpc"), ("Search:EmbedTimeout", "00:00:10"), .. settings]);
        _open.Add(system);
        await system.AddAsync(Picture, "picture.png");
        await system.AddAsync(GeneratedPicture.Png(2, 32, 32), "other.png");
        await Eventually.BecomesTrue(() => system.Services.GetRequiredService<RpcChannelKeeper>().Current is not null);
        return system;
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> SearchAsync(WebSystem system, byte[] picture, params (string, string)[] fields)
    {
        using var form = ApiTest.Form(picture, fields);
        using var response = await system.Http.PostAsync("/api/v1/search", form, Token);
        return await ApiTest.JsonAsync(response);
    }

    private static async Task<string> ProblemAsync(WebSystem system, HttpStatusCode status, string slug)
    {
        using var form = ApiTest.Form(Picture);
        using var response = await system.Http.PostAsync("/api/v1/search", form, Token);
        return (string)(await ApiTest.ProblemAsync(response, status, slug))["detail"]!;
    }
}
