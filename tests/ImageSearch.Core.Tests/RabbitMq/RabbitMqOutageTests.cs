using System.Diagnostics;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>What happens to work while the broker stops, dies, forgets, blocks or closes connections: nothing is lost, nothing done twice.</summary>
public sealed class RabbitMqOutageTests(OwnBrokerFixture broker, MongoFixture database) : IClassFixture<OwnBrokerFixture>, IAsyncLifetime
{
    private const string Model = "layout";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

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
    public async Task Broker_StoppedOrKilledInTheMiddle_EverythingIsDoneOnce(bool inOrder)
    {
        var harness = await HarnessAsync();
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 200), Token);
        await using var workers = new Workers(Model, 8, harness.OpenQueue(), harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Completed.Count >= 40, Deadline, Token);

        if (inOrder)
        {
            await Server.StopAsync();
        }
        else
        {
            Server.Kill();
        }

        var started = Stopwatch.GetTimestamp();
        await publisher.PublishAsync([Model], Items(200, 100), Token);
        await publisher.PublishAsync([Model], Items(300, 100), Token);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8), "Publishing waited for a broker that is known to be away.");
        await Eventually.BecomesTrue(() => workers.Completed.Count == 400, Deadline, Token);

        await Server.StartAgainAsync(Token);
        await publisher.PublishAsync([Model], Items(400, 100), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 500, Deadline, Token);
        Assert.All(workers.Completed.Values, count => Assert.Equal(1, count));
        Assert.Equal(new QueueCounts(0, 0, 0), await publisher.CountAsync(Model, Token));

        // and the messages flow again: what the broker kept of the old ones is dropped, nothing stays behind
        await Eventually.Succeeds(async () => Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model))), Deadline, Token);
    }

    [Fact]
    public async Task Broker_LosesEverything_TheLedgerHasIt()
    {
        var harness = await HarnessAsync(options => options.IdleTakeover = TimeSpan.FromMilliseconds(500));
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 50), Token);
        Assert.Equal(50u, await harness.CountMessagesAsync(harness.QueueOf(Model)));

        await Server.LoseEverythingAsync(Token);

        await using var workers = new Workers(Model, 8, harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Completed.Count == 50, Deadline, Token);
        // exchange and queues have been made anew
        await Eventually.Succeeds(async () => Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model))), Deadline, Token);
        await publisher.PublishAsync([Model], Items(50, 50), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 100, Deadline, Token);
        Assert.All(workers.Completed.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Connections_ClosedFromOutside_AreOpenedAgain()
    {
        var harness = await HarnessAsync();
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 100), Token);
        await using var workers = new Workers(Model, 4, harness.OpenQueue(), harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Completed.Count >= 20, Deadline, Token);

        await Server.ControlAsync(["close_all_connections", "an operator did it"], Token);

        await publisher.PublishAsync([Model], Items(100, 100), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 200, Deadline, Token);
        Assert.All(workers.Completed.Values, count => Assert.Equal(1, count));
        await Eventually.Succeeds(async () => Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model))), Deadline, Token);
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
    public async Task Broker_OutOfMemoryForLong_TheLedgerTakesTheWork()
    {
        var harness = await HarnessAsync(options => (options.PublishTimeout, options.IdleTakeover) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10)));
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 1), Token);
        try
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0"], Token);

            await publisher.PublishAsync([Model], Items(1, 10), Token);
            await publisher.PublishAsync([Model], Items(11, 10), Token);

            await using var workers = new Workers(Model, 4, harness.OpenQueue());
            await Eventually.BecomesTrue(() => workers.Completed.Count == 21, Deadline, Token);
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], Token);
            await publisher.PublishAsync([Model], Items(21, 10), Token);
            await Eventually.BecomesTrue(() => workers.Completed.Count == 31, Deadline, Token);
            Assert.All(workers.Completed.Values, count => Assert.Equal(1, count));
        }
        finally
        {
            await Server.ControlAsync(["set_vm_memory_high_watermark", "0.4"], CancellationToken.None);
        }
    }

    [Fact]
    public async Task Network_SilentForAWhile_WorkGoesOnAndNobodyWaitsTwice()
    {
        await using var proxy = TcpProxy.To(Server.Port);
        var harness = await HarnessAsync(
            options => (options.Heartbeat, options.ConnectTimeout, options.PublishTimeout, options.IdleTakeover) =
                (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)),
            $"amqp://guest:guest@127.0.0.1:{proxy.Port}/");
        var publisher = harness.OpenQueue();
        await publisher.PublishAsync([Model], Items(0, 50), Token);
        await using var workers = new Workers(Model, 4, harness.OpenQueue());
        await Eventually.BecomesTrue(() => workers.Completed.Count == 50, Deadline, Token);

        proxy.Cut(ProxyCut.BlackHole);
        await publisher.PublishAsync([Model], Items(50, 25), Token);
        var started = Stopwatch.GetTimestamp();
        await publisher.PublishAsync([Model], Items(75, 25), Token);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2.5), "Publishing waited again for a broker that is silent.");
        await Eventually.BecomesTrue(() => workers.Completed.Count == 100, Deadline, Token);

        proxy.Restore();
        await publisher.PublishAsync([Model], Items(100, 50), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 150, Deadline, Token);
        Assert.All(workers.Completed.Values, count => Assert.Equal(1, count));
        await Eventually.Succeeds(async () => Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model))), Deadline, Token);
    }

    [Fact]
    public async Task User_Unknown_WorkGoesOnAndTheBrokerIsUsedWhenHeIsKnown()
    {
        var harness = await HarnessAsync(connectionString: Server.ConnectionStringOf("late", "secret"));
        var process = harness.Open();
        var queue = process.GetRequiredService<IWorkQueue>();
        await using var workers = new Workers(Model, 4, queue);
        await queue.PublishAsync([Model], Items(0, 10), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 10, Deadline, Token);
        Assert.False(process.GetRequiredService<RabbitMqConnection>().IsOpen);

        await Server.AddUserAsync("late", "secret", Token);

        await Eventually.BecomesTrue(() => process.GetRequiredService<RabbitMqConnection>().IsOpen, Deadline, Token);
        await queue.PublishAsync([Model], Items(10, 10), Token);
        await Eventually.BecomesTrue(() => workers.Completed.Count == 20, Deadline, Token);
    }

    private static WorkItem[] Items(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new WorkItem(Samples.Id(number)))];

    private async Task<RabbitMqHarness> HarnessAsync(Action<RabbitMqOptions>? configure = null, string? connectionString = null)
    {
        var harness = new RabbitMqHarness(
            connectionString ?? Server.ConnectionString, MongoFixture.NewDatabase(await database.StandaloneAsync()), TimeProvider.System, new WorkQueueOptions { Lease = TimeSpan.FromSeconds(30) }, configure);
        _harnesses.Add(harness);
        return harness;
    }
}
