using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Tests.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Extractor.Tests.Rpc;

/// <summary>What happens to queries over a real broker when time, replicas or the broker run out.</summary>
public sealed class RpcListenerTests(RabbitMqServerFixture fixture) : IAsyncLifetime
{
    private static readonly byte[] Colours = Picture.Png(8, 8);
    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(50);

    private readonly string _model = $"averages-{Guid.NewGuid():N}"[..20];
    private readonly List<HeldExtractor> _extractors = [];
    private RabbitMqServer _server = null!;
    private RpcCaller _caller = null!;

    [Fact]
    public async Task Request_ExpiresInTheQueue_IsNotComputed()
    {
        var late = await _caller.SendAsync(Colours, TimeSpan.FromMilliseconds(1));
        await Eventually.BecomesTrue(async () => await _caller.WaitingAsync() == 0);

        var extractor = await StartAsync();
        extractor.Release();
        await _caller.EmbedAsync(Colours);

        Assert.Equal([1], extractor.Batches);
        Assert.False(late.IsCompleted);
    }

    [Fact]
    public async Task Request_ExpiresAtTheExtractor_IsNotComputedAndNotAnswered()
    {
        var extractor = await StartAsync();
        var late = await _caller.SendAsync(Colours, TimeSpan.FromSeconds(1));
        var stays = await _caller.SendAsync(Colours, Plenty);
        await Eventually.BecomesTrue(() => extractor.Scheduler.Waiting == 2);
        await Eventually.BecomesTrue(() => extractor.Expired == 1);

        extractor.Release();
        await stays;
        await _caller.EmbedAsync(Colours);

        Assert.Equal([1, 1], extractor.Batches);
        Assert.False(late.IsCompleted);
        Assert.Equal(1, extractor.Expired);
    }

    [Fact]
    public async Task Replica_DiesWithARequestInWork_AnotherAnswers()
    {
        var dying = await StartAsync();
        var reply = await _caller.SendAsync(Colours, Plenty);
        await Eventually.BecomesTrue(() => dying.Scheduler.Waiting == 1);
        var other = await StartAsync(listeners: 2);
        other.Release();

        await dying.BreakAsync();

        Assert.Equal("application/json", (await reply).ContentType);
        Assert.Equal([1], other.Batches);
        Assert.Empty(dying.Batches);
    }

    [Fact]
    public async Task Replica_Stops_FinishesWhatIsInWorkAndTakesNoMore()
    {
        var stopping = await StartAsync();
        var inWork = await _caller.SendAsync(Colours, Plenty);
        await Eventually.BecomesTrue(() => stopping.Scheduler.Waiting == 1);
        var stopped = stopping.StopListeningAsync();
        await Eventually.BecomesTrue(async () => await _caller.ListenersAsync() == 0);
        var next = await _caller.SendAsync(Colours, Plenty);

        stopping.Release();
        await inWork;
        await stopped;

        Assert.Equal([1], stopping.Batches);
        Assert.Equal(1u, await _caller.WaitingAsync());
        (await StartAsync()).Release();
        await next;
    }

    [Fact]
    public async Task Replica_StopsAndCannotFinish_GivesItBack()
    {
        var stopping = await StartAsync();
        var reply = await _caller.SendAsync(Colours, Plenty);
        await Eventually.BecomesTrue(() => stopping.Scheduler.Waiting == 1);
        await stopping.StopListeningAsync();
        await Eventually.BecomesTrue(async () => await _caller.WaitingAsync() == 1);

        (await StartAsync()).Release();

        Assert.Equal("application/json", (await reply).ContentType);
        Assert.Empty(stopping.Batches);
    }

    [Fact]
    public async Task Requests_MoreThanMayWait_AreRefusedAtOnce()
    {
        const int InWork = 2;
        var extractor = await StartAsync(InWork);
        var replies = new List<Task>();
        for (var i = 0; i < InWork; i++)
        {
            replies.Add(await _caller.SendAsync(Colours, Plenty));
        }

        await Eventually.BecomesTrue(() => extractor.Scheduler.Waiting == InWork);
        for (var i = 0; i < Core.Rpc.EmbedRpc.MaximumWaiting; i++)
        {
            replies.Add(await _caller.SendAsync(Colours, Plenty));
        }

        var refused = await Assert.ThrowsAsync<PublishException>(() => _caller.SendAsync(Colours, Plenty));

        Assert.False(refused.IsReturn);
        Assert.True(replies.TrueForAll(reply => !reply.IsCompleted));
        extractor.Release();
        await Task.WhenAll(replies);
        Assert.Equal(replies.Count, extractor.Batches.Sum());
    }

    [Fact]
    public async Task Requests_WithIngestWorkWaiting_GoFirstAndAlone()
    {
        var extractor = await StartAsync();
        var ingest = Enumerable.Range(0, 6).Select(_ => extractor.Scheduler.EmbedAsync(Colours, null, EmbeddingPriority.Ingest, default)).ToList();
        await Eventually.BecomesTrue(() => extractor.Scheduler.Waiting == 6);
        Task[] queries = [await _caller.SendAsync(Colours, Plenty), await _caller.SendAsync(Colours, Plenty)];
        // One that does not come over the broker is in the same batch.
        var direct = extractor.Scheduler.EmbedAsync(Colours, null, EmbeddingPriority.Query, default);
        await Eventually.BecomesTrue(() => extractor.Scheduler.Waiting == 9);

        extractor.Release();
        await Task.WhenAll([.. queries, direct, .. ingest]);

        Assert.Equal([3, 4, 2], extractor.Batches);
    }

    [Fact]
    public async Task Queue_IsDeleted_IsDeclaredAnew()
    {
        var extractor = await StartAsync();
        extractor.Release();
        await _server.ControlAsync(["delete_queue", Core.Rpc.EmbedRpc.Queue(_model)], TestContext.Current.CancellationToken);

        await Eventually.Succeeds(async () => Assert.Equal("1", (await _caller.EmbedAsync(Colours)).Version));
    }

    [Fact]
    public async Task Broker_StopsAndStarts_QueriesAreTakenAgain()
    {
        await using var server = await RabbitMqServer.StartAsync(TestContext.Current.CancellationToken);
        await using var extractor = await HeldExtractor.StartAsync(server.ConnectionString, _model);
        extractor.Release();
        await server.StopAsync();
        await server.StartAgainAsync();

        await using var caller = await RpcCaller.ConnectAsync(server.ConnectionString, _model);
        await Eventually.Succeeds(async () => Assert.Equal("1", (await caller.EmbedAsync(Colours)).Version), TimeSpan.FromSeconds(40));
    }

    public async ValueTask InitializeAsync()
    {
        _server = await fixture.GetAsync();
        _caller = await RpcCaller.ConnectAsync(_server.ConnectionString, _model);
        await _caller.DeclareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_caller is not null)
        {
            await _caller.DisposeAsync();
            foreach (var extractor in _extractors)
            {
                await extractor.DisposeAsync();
            }
        }
    }

    /// <summary>Returns when the extractor listens.</summary>
    private async Task<HeldExtractor> StartAsync(int capacity = 64, int listeners = 1)
    {
        var extractor = await HeldExtractor.StartAsync(_server.ConnectionString, _model, capacity);
        _extractors.Add(extractor);
        await Eventually.BecomesTrue(async () => await _caller.ListenersAsync() == listeners);
        return extractor;
    }
}
