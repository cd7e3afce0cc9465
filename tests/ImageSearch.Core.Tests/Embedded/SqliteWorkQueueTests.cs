using ImageSearch.Core.Embedded;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Core.Tests.Embedded;

/// <summary>The queue's suite, and what only a table with leases promises: uniqueness, removal, and times to the millisecond.</summary>
public sealed class SqliteWorkQueueTests : WorkQueueTests
{
    private const string Model = "layout";

    private readonly SqliteFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new();

    protected override Task<IWorkQueue> OpenAsync() => Task.FromResult<IWorkQueue>(new SqliteWorkQueue(_fixture.Open(), SqliteFixture.Queue(Options), _clock));

    /// <summary>Nobody renews its leases any more.</summary>
    protected override Task KillAsync(IWorkQueue queue) => PassAsync(Options.Lease);

    protected override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Publish_WaitingOrInWork_IsNotQueuedTwice()
    {
        await Queue.PublishAsync([Model], [Item(1), Item(1)], Token);
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 10, TimeSpan.Zero, Token));

        await Queue.PublishAsync([Model], [Item(1)], Token);

        Assert.Equal(new QueueCounts(0, 1, 0), await Queue.CountAsync(Model, Token));
        await Queue.CompleteAsync([delivery], Token);
        Assert.Empty(await Queue.ReceiveAsync(Model, 10, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Receive_WithoutWaiting_TakesAllThatIsThere()
    {
        await Queue.PublishAsync([Model], [.. Enumerable.Range(0, 5).Select(Item)], Token);

        Assert.Equal([Item(0), Item(1), Item(2)], (await Queue.ReceiveAsync(Model, 3, TimeSpan.Zero, Token)).Select(delivery => delivery.Item));
        Assert.Equal([Item(3), Item(4)], (await Queue.ReceiveAsync(Model, 3, TimeSpan.Zero, Token)).Select(delivery => delivery.Item));
        Assert.Empty(await Queue.ReceiveAsync(Model, 3, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Lease_WorkerDied_ComesBackWhenItEndsAndCounts()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token);
        _clock.Advance(Options.Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        Assert.Equal(new QueueCounts(0, 1, 0), await Queue.CountAsync(Model, Token));

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
        Assert.Equal(2, Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)).Attempt);
    }

    [Fact]
    public async Task Renew_BeforeTheLeaseEnds_ExtendsIt()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var deliveries = await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token);
        _clock.Advance(Options.Lease * 0.8);

        await Queue.RenewAsync(deliveries, Token);

        _clock.Advance(Options.Lease * 0.8);
        Assert.Empty(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        _clock.Advance(Options.Lease * 0.2);
        Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Complete_ExpiredButNotTakenOver_IsDone()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        _clock.Advance(Options.Lease * 2);

        await Queue.CompleteAsync([delivery], Token);
        await Queue.CompleteAsync([delivery], Token);

        Assert.Empty(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Retry_Again_ComesWhenItIsDueAndNotBefore()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        foreach (var (attempt, seconds) in new[] { (1, 1), (2, 2), (3, 4), (4, 5), (5, 5) })
        {
            var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
            Assert.Equal(attempt, delivery.Attempt);

            await Queue.RetryAsync(delivery, "the blob store is down", Token);

            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
            Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task DeadLetter_PublishedAnew_IsDeadNoLonger()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.DeadLetterAsync(Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)), "It does not decode.", Token);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new QueueCounts(0, 0, 1), await Queue.CountAsync(Model, Token));

        await Queue.PublishAsync([Model], [Item(1)], Token);

        Assert.Equal(1, Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)).Attempt);
        Assert.Equal(new QueueCounts(0, 1, 0), await Queue.CountAsync(Model, Token));
    }

    [Fact]
    public async Task Discard_Picture_IsForgottenInEveryQueue()
    {
        await Queue.PublishAsync([Model, "other", "dead"], [Item(1), Item(2)], Token);
        var leased = Assert.Single(await Queue.ReceiveAsync("other", 1, TimeSpan.Zero, Token));
        await Queue.DeadLetterAsync(Assert.Single(await Queue.ReceiveAsync("dead", 1, TimeSpan.Zero, Token)), "broken", Token);

        await Queue.DiscardAsync(Samples.Id(1), Token);

        await Queue.RetryAsync(leased, "late", Token);
        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync("other", Token));
        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync("dead", Token));
    }

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }

    private static WorkItem Item(int number) => new(Samples.Id(number));
}
