using System.Collections.Concurrent;
using System.Diagnostics;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IWorkQueue"/> promises.</summary>
public abstract class WorkQueueTests : IAsyncLifetime
{
    private const string Model = "layout";

    protected static readonly WorkQueueOptions Options = new()
    {
        Lease = TimeSpan.FromSeconds(30),
        RetryDelay = TimeSpan.FromSeconds(1),
        MaximumRetryDelay = TimeSpan.FromSeconds(5),
    };

    protected FakeTimeProvider Clock { get; } = new();

    protected IWorkQueue Queue { get; private set; } = null!;

    /// <summary>Opens the queue of this test, with <see cref="Options"/>, once more, as another process would.</summary>
    protected abstract Task<IWorkQueue> OpenAsync();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Queue = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Receive_EmptyQueue_WaitsThenReturnsNothing()
    {
        var started = Stopwatch.GetTimestamp();

        Assert.Empty(await Queue.ReceiveAsync(Model, 10, TimeSpan.FromMilliseconds(120), Token));

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Receive_Cancelled_Throws()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var receiving = Queue.ReceiveAsync(Model, 10, TimeSpan.FromMinutes(10), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Fact]
    public async Task Receive_PublishedWhileWaiting_ComesAtOnce()
    {
        var other = await OpenAsync();
        var receiving = Queue.ReceiveAsync(Model, 10, TimeSpan.FromSeconds(20), Token);

        await other.PublishAsync([Model], [Item(1)], Token);
        var published = Stopwatch.GetTimestamp();

        Assert.Equal(Item(1), Assert.Single(await receiving).Item);
        Assert.True(Stopwatch.GetElapsedTime(published) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Receive_SeveralPublished_OldestFirstWithinMaximum()
    {
        for (var i = 0; i < 5; i++)
        {
            await Queue.PublishAsync([Model], [Item(i)], Token);
        }

        Assert.Equal([0, 1, 2], await Receive(3));
        Assert.Equal([3, 4], await Receive(3));
        Assert.Empty(await Receive(3));
    }

    [Fact]
    public async Task Receive_TraceContext_TravelsWithTheItem()
    {
        var item = Item(1) with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        await Queue.PublishAsync([Model], [item], Token);

        var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));

        Assert.Equal((item, Model, 1), (delivery.Item, delivery.Model, delivery.Attempt));
    }

    [Fact]
    public async Task Publish_ToSeveralModels_EachHasItsOwnCopy()
    {
        await Queue.PublishAsync([Model, "other"], [Item(1)], Token);
        await Queue.CompleteAsync(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token), Token);

        Assert.Equal(new QueueCounts(0, 0, 0), await Queue.CountAsync(Model, Token));
        Assert.Single(await Queue.ReceiveAsync("other", 1, TimeSpan.Zero, Token));
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
        Assert.Empty(await Receive(10));
    }

    [Fact]
    public async Task Receive_ParallelReceivers_NeverShareADelivery()
    {
        const int Items = 300;
        await Queue.PublishAsync([Model], [.. Enumerable.Range(0, Items).Select(Item)], Token);
        var queues = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        var received = new ConcurrentBag<WorkItem>();

        await Task.WhenAll(queues.SelectMany(queue => new[] { queue, queue }).Select(queue => Task.Run(async () =>
        {
            while (await queue.ReceiveAsync(Model, 7, TimeSpan.Zero, Token) is { Count: > 0 } deliveries)
            {
                foreach (var delivery in deliveries)
                {
                    received.Add(delivery.Item);
                }

                await queue.CompleteAsync(deliveries, Token);
            }
        })));

        Assert.Equal(Items, received.Count);
        Assert.Equal(Items, received.Distinct().Count());
        Assert.Equal(new QueueCounts(0, 0, 0), await Queue.CountAsync(Model, Token));
    }

    [Fact]
    public async Task Lease_WorkerDied_ComesBackWhenItEndsAndCounts()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Receive(1);
        Clock.Advance(Options.Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await Receive(1));
        Assert.Equal(new QueueCounts(0, 1, 0), await Queue.CountAsync(Model, Token));

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
        Assert.Equal(2, Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)).Attempt);
    }

    [Fact]
    public async Task Renew_BeforeTheLeaseEnds_ExtendsIt()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var deliveries = await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token);
        Clock.Advance(Options.Lease * 0.8);

        await Queue.RenewAsync(deliveries, Token);

        Clock.Advance(Options.Lease * 0.8);
        Assert.Empty(await Receive(1));
        Clock.Advance(Options.Lease * 0.2);
        Assert.Single(await Receive(1));
    }

    [Fact]
    public async Task Settle_LeaseThatAnotherTook_DoesNothing()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var late = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        Clock.Advance(Options.Lease);
        var current = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));

        await Queue.CompleteAsync([late], Token);
        await Queue.RetryAsync(late, "late", Token);
        await Queue.ReturnAsync([late], Token);
        await Queue.DeadLetterAsync(late, "late", Token);
        await Queue.RenewAsync([late], Token);

        Assert.Equal(new QueueCounts(0, 1, 0), await Queue.CountAsync(Model, Token));
        await Queue.CompleteAsync([current], Token);
        Assert.Equal(new QueueCounts(0, 0, 0), await Queue.CountAsync(Model, Token));
    }

    [Fact]
    public async Task Complete_ExpiredButNotTakenOver_IsDone()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        Clock.Advance(Options.Lease * 2);

        await Queue.CompleteAsync([delivery], Token);
        await Queue.CompleteAsync([delivery], Token);

        Assert.Empty(await Receive(1));
    }

    [Fact]
    public async Task Retry_Again_BackOffDoublesUpToTheMaximum()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        foreach (var (attempt, seconds) in new[] { (1, 1), (2, 2), (3, 4), (4, 5), (5, 5) })
        {
            var delivery = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
            Assert.Equal(attempt, delivery.Attempt);

            await Queue.RetryAsync(delivery, "the blob store is down", Token);

            Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(await Receive(1));
            Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task Return_Delivery_ComesAtOnceAndDoesNotCount()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        for (var i = 0; i < 3; i++)
        {
            var deliveries = await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token);
            Assert.Equal(1, Assert.Single(deliveries).Attempt);
            await Queue.ReturnAsync(deliveries, Token);
        }
    }

    [Fact]
    public async Task DeadLetter_Delivery_StaysAsideUntilPublishedAnew()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.RetryAsync(Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)), "first", Token);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Queue.DeadLetterAsync(Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)), "It does not decode.", Token);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await Receive(1));
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

    [Fact]
    public async Task Discard_InWorkAndPublishedAgain_TheOldLeaseDoesNotSettleTheNewItem()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var old = Assert.Single(await Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));
        await Queue.DiscardAsync(Samples.Id(1), Token);
        await Queue.PublishAsync([Model], [Item(1)], Token);

        await Queue.CompleteAsync([old], Token);

        Assert.Equal([1], await Receive(1));
    }

    private static WorkItem Item(int number) => new(Samples.Id(number));

    private async Task<List<int>> Receive(int max)
    {
        var deliveries = await Queue.ReceiveAsync(Model, max, TimeSpan.Zero, Token);
        return [.. deliveries.Select(delivery => Enumerable.Range(0, 10).First(i => Samples.Id(i) == delivery.Item.Id))];
    }
}
