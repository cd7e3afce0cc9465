using System.Diagnostics;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>
/// What happens to work while the broker stops, dies, forgets, blocks or closes connections: what it has confirmed is done, and the publisher
/// knows what it has not.
/// </summary>
public sealed class RabbitMqOutageTests(OwnBrokerFixture broker, MongoFixture database) : IClassFixture<OwnBrokerFixture>, IAsyncLifetime
{
    private const string Model = "layout";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>A broker that is killed within half a second of a queue's declaration forgets its Raft group, and never elects a leader for it.</summary>
    private static readonly TimeSpan BrokerSavesNewQueues = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a broker takes to bring back what it has kept.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(20);

    private readonly List<RabbitMqHarness> _harnesses = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RabbitMqServer Server => broker.Server;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RabbitMqServer.Missing is not null, RabbitMqServer.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var harness in _harnesses)
        {
            await harness.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Broker_StoppedOrKilledInTheMiddle_WhatItConfirmedIsDone(bool inOrder)
    {
        var harness = await HarnessAsync();
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 200), Token);
        await Task.Delay(BrokerSavesNewQueues, Token);
        await using var workers = new Workers(Model, 8, harness.OpenQueue(), harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Outcomes.Count >= 40, Deadline, Token);

        if (inOrder)
        {
            await Server.StopAsync();
        }
        else
        {
            Server.Kill();
        }

        var started = Stopwatch.GetTimestamp();
        await NotTakenAsync(publisher, Items(200, 100));
        await NotTakenAsync(publisher, Items(300, 100));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8), "Publishing waited for a broker that is known to be away.");

        await Server.StartAgainAsync(Token);
        await TakenAsync(publisher, Items(200, 300));
        await SweptAsync(publisher, workers, 500);
        Assert.All(workers.Outcomes.Values, attempt => Assert.InRange(attempt, 1, 2));
        await DrainedAsync(harness, publisher);
    }

    [Fact]
    public async Task Broker_LosesEverything_ExtractorsAndPublishersGoOnWithNewQueues()
    {
        var harness = await HarnessAsync();
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 50), Token);
        Assert.Equal(50u, await harness.CountMessagesAsync(harness.QueueOf(Model)));
        await using var workers = new Workers(Model, 8, harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 50, Deadline, Token);

        await Server.LoseEverythingAsync(Token);

        await TakenAsync(publisher, Items(50, 50));
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 100, Deadline, Token);
        Assert.All(workers.Outcomes.Values, attempt => Assert.Equal(1, attempt));
        await DrainedAsync(harness, publisher);
    }

    [Fact]
    public async Task Connections_ClosedFromOutside_AreOpenedAgain()
    {
        var harness = await HarnessAsync();
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 100), Token);
        await using var workers = new Workers(Model, 4, harness.OpenQueue(), harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Outcomes.Count >= 20, Deadline, Token);

        await Server.ControlAsync(["close_all_connections", "an operator did it"], Token);

        await TakenAsync(publisher, Items(100, 100));
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 200, Deadline, Token);
        Assert.All(workers.Outcomes.Values, attempt => Assert.InRange(attempt, 1, 2));
        await DrainedAsync(harness, publisher);
    }

    [Fact]
    public async Task Broker_OutOfMemory_PublisherWaitsUntilItHasRoom()
    {
        var harness = await HarnessAsync(options => options.PublishTimeout = TimeSpan.FromMinutes(1));
        var process = harness.Open();
        var publisher = process.GetRequiredService<IWorkQueue>();
        await publisher.PublishAsync([Model], Items(0, 1), Token);
        try
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0"], Token);

            var publishing = publisher.PublishAsync([Model], Items(1, 10), Token);

            await Eventually.BecomesTrue(() => process.GetRequiredService<RabbitMqConnection>().BlockedReason is not null, Deadline, Token);
            Assert.False(publishing.IsCompleted);
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], Token);
            await publishing.WaitAsync(Deadline, Token);
            Assert.Equal(11u, await harness.CountMessagesAsync(harness.QueueOf(Model)));
        }
        finally
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], CancellationToken.None);
        }
    }

    [Fact]
    public async Task Broker_OutOfMemoryForLong_PublisherIsToldAndWorkersGoOn()
    {
        var harness = await HarnessAsync(options => options.PublishTimeout = TimeSpan.FromMilliseconds(500));
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 10), Token);
        try
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0"], Token);

            await NotTakenAsync(publisher, Items(10, 10));
            await NotTakenAsync(publisher, Items(20, 10));

            await using var workers = new Workers(Model, 4, harness.OpenQueue());
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], Token);
            await TakenAsync(publisher, Items(10, 20));
            await Eventually.BecomesTrue(() => workers.Outcomes.Count == 30, Deadline, Token);
            Assert.All(workers.Outcomes.Values, attempt => Assert.Equal(1, attempt));
            await DrainedAsync(harness, publisher);
        }
        finally
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], CancellationToken.None);
        }
    }

    [Fact]
    public async Task Network_SilentForAWhile_NobodyWaitsTwiceAndWorkGoesOnAfterwards()
    {
        await using var proxy = TcpProxy.To(Server.Port);
        var harness = await HarnessAsync(
            options => (options.Heartbeat, options.ConnectTimeout, options.PublishTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)),
            $"amqp://guest:guest@127.0.0.1:{proxy.Port}/");
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 50), Token);
        await using var workers = new Workers(Model, 4, harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 50, Deadline, Token);

        proxy.Cut(ProxyCut.BlackHole);
        await NotTakenAsync(publisher, Items(50, 25));
        var started = Stopwatch.GetTimestamp();
        await NotTakenAsync(publisher, Items(75, 25));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(6), "Publishing waited again for a broker that is silent.");

        proxy.Restore();
        await TakenAsync(publisher, Items(50, 100));
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 150, Deadline, Token);
        Assert.All(workers.Outcomes.Values, attempt => Assert.InRange(attempt, 1, 2));
        await DrainedAsync(harness, publisher);
    }

    [Fact]
    public async Task User_Unknown_TheBrokerIsUsedWhenHeIsKnown()
    {
        var harness = await HarnessAsync(connectionString: Server.ConnectionStringOf("late", "secret"));
        var process = harness.Open();
        var queue = process.GetRequiredService<IWorkQueue>();
        await using var workers = new Workers(Model, 4, queue);
        await NotTakenAsync(queue, Items(0, 10));
        Assert.False(process.GetRequiredService<RabbitMqConnection>().IsOpen);
        await Assert.ThrowsAsync<QueueUnavailableException>(() => queue.CountAsync(Model, Token));

        await Server.AddUserAsync("late", "secret", Token);

        await Eventually.BecomesTrue(() => process.GetRequiredService<RabbitMqConnection>().IsOpen, Deadline, Token);
        await TakenAsync(queue, Items(0, 20));
        await Eventually.BecomesTrue(() => workers.Outcomes.Count == 20, Deadline, Token);
    }

    private static WorkItem[] Items(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new WorkItem(Samples.Id(number)))];

    private static Task<QueueUnavailableException> NotTakenAsync(IWorkQueue queue, WorkItem[] items) =>
        Assert.ThrowsAsync<QueueUnavailableException>(() => queue.PublishAsync([Model], items, Token));

    /// <summary>Publishes until the broker has confirmed all of it, as the backfill does.</summary>
    private static Task TakenAsync(IWorkQueue queue, WorkItem[] items) =>
        Eventually.Succeeds(() => queue.PublishAsync([Model], items, Token), Deadline, Token);

    /// <summary>
    /// Waits until all have their outcome. What workers hold while the broker dies is dead-lettered, which the broker does at most once: what
    /// that loses is published again, as the backfill does (docs/decisions/0015-one-queue.md).
    /// </summary>
    private static Task SweptAsync(IWorkQueue queue, Workers workers, int count)
    {
        var sinceSweep = Stopwatch.StartNew();
        return Eventually.BecomesTrue(
            async () =>
            {
                if (workers.Outcomes.Count < count && sinceSweep.Elapsed > SweepInterval)
                {
                    await TakenAsync(queue, [.. Items(0, count).Where(item => !workers.Outcomes.ContainsKey(item.Id))]);
                    sinceSweep.Restart();
                }

                return workers.Outcomes.Count == count;
            },
            2 * Deadline, Token, "an outcome of each");
    }

    /// <summary>Nothing stays behind in any queue.</summary>
    private static async Task DrainedAsync(RabbitMqHarness harness, IWorkQueue queue)
    {
        await Eventually.Succeeds(async () => Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync(Model, Token)), Deadline, Token);
        Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model)));
    }

    private async Task<RabbitMqHarness> HarnessAsync(Action<RabbitMqOptions>? configure = null, string? connectionString = null)
    {
        var harness = new RabbitMqHarness(
            connectionString ?? Server.ConnectionString, MongoFixture.NewDatabase(await database.ServerAsync()), new WorkQueueOptions(), configure);
        _harnesses.Add(harness);
        return harness;
    }
}
