using ImageSearch.Core.Mongo;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using MongoServer = ImageSearch.Testing.Servers.MongoServer;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>What happens while the ledger's database is away.</summary>
public sealed class LedgerOutageTests(RabbitMqServerFixture broker)
{
    private const string Model = "layout";
    private const int Prefetch = 4;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_KilledWithWorkInHand_TheWorkComesBackAndMessagesFlowOn()
    {
        var server = await broker.GetAsync();
        Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");
        await using var database = await MongoServer.StartAsync(Token);
        await using var harness = new RabbitMqHarness(
            server.ConnectionString, database.ConnectionString + "?serverSelectionTimeoutMS=500", TimeProvider.System,
            new WorkQueueOptions { Lease = TimeSpan.FromSeconds(2) }, options => (options.Prefetch, options.IdleTakeover) = (Prefetch, TimeSpan.FromMinutes(10)));
        var queue = harness.OpenQueue();
        await queue.PublishAsync([Model], Items(0, 2 * Prefetch), Token);
        var inHand = await queue.ReceiveAsync(Model, Prefetch, TimeSpan.FromSeconds(20), Token);

        database.Kill();
        await Assert.ThrowsAsync<MongoUnavailableException>(() => queue.CompleteAsync(inHand, Token));
        await Assert.ThrowsAsync<MongoUnavailableException>(() => queue.ReceiveAsync(Model, Prefetch, TimeSpan.FromSeconds(20), Token));
        await Assert.ThrowsAsync<MongoUnavailableException>(() => queue.PublishAsync([Model], Items(100, 1), Token));
        await database.StartAgainAsync(Token);

        // All the prefetch's places are free again: what was not settled, what lay in memory and what comes later arrive.
        await queue.PublishAsync([Model], Items(2 * Prefetch, 2 * Prefetch), Token);
        var attempts = new Dictionary<Core.Images.ImageId, int>();
        await Eventually.BecomesTrue(
            async () =>
            {
                var deliveries = await queue.ReceiveAsync(Model, Prefetch, TimeSpan.FromSeconds(1), Token);
                await queue.CompleteAsync(deliveries, Token);
                foreach (var delivery in deliveries)
                {
                    attempts.Add(delivery.Item.Id, delivery.Attempt);
                }

                return attempts.Count == 4 * Prefetch;
            },
            Deadline, Token);

        Assert.All(inHand, delivery => Assert.Equal(2, attempts[delivery.Item.Id]));
        Assert.Equal(3 * Prefetch, attempts.Values.Count(attempt => attempt == 1));
        Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync(Model, Token));
        await Eventually.Succeeds(async () => Assert.Equal(0u, await harness.CountMessagesAsync(harness.QueueOf(Model))), Deadline, Token);
    }

    private static WorkItem[] Items(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new WorkItem(Samples.Id(number)))];
}
