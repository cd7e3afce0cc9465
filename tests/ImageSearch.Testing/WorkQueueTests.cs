using System.Collections.Concurrent;
using System.Diagnostics;
using ImageSearch.Core.Queue;

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

    /// <summary>Long enough for everything that is due to come, on a busy machine too.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>Long enough for what must not come to come.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    protected IWorkQueue Queue { get; private set; } = null!;

    /// <summary>Opens the queue of this test, with <see cref="Options"/>, once more, as another process would.</summary>
    protected abstract Task<IWorkQueue> OpenAsync();

    /// <summary>Ends the process that has opened the queue, as a crash does: nothing is settled any more.</summary>
    protected abstract Task KillAsync(IWorkQueue queue);

    /// <summary>Lets the time pass by which retries are due.</summary>
    protected abstract Task PassAsync(TimeSpan time);

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

        var received = new List<int>();
        while (received.Count < 5)
        {
            var some = await Receive(3);
            Assert.InRange(some.Count, 1, 3);
            received.AddRange(some);
        }

        Assert.Equal([0, 1, 2, 3, 4], received);
        await NothingComes();
    }

    [Fact]
    public async Task Receive_TraceContext_TravelsWithTheItem()
    {
        var item = Item(1) with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        await Queue.PublishAsync([Model], [item], Token);

        var delivery = await Take();

        Assert.Equal((item, Model, 1), (delivery.Item, delivery.Model, delivery.Attempt));
    }

    [Fact]
    public async Task Receive_TraceContext_OutlivesEverySettlement()
    {
        var item = Item(1) with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        await Queue.PublishAsync([Model], [item], Token);

        await Queue.ReturnAsync([await Take()], Token);
        await Queue.RetryAsync(await Take(), "the blob store is down", Token);
        await PassAsync(Options.RetryDelay);
        await Queue.ReturnAsync([await Take()], Token);

        var delivery = await Take();
        Assert.Equal((item, 2), (delivery.Item, delivery.Attempt));
    }

    [Fact]
    public async Task Publish_ToSeveralModels_EachHasItsOwnCopy()
    {
        await Queue.PublishAsync([Model, "other"], [Item(1)], Token);
        await Queue.CompleteAsync([await Take()], Token);

        await CountBecomes(Model, new QueueCounts(0, 0, 0));
        Assert.Single(await Queue.ReceiveAsync("other", 1, Long, Token));
    }

    [Fact]
    public async Task Publish_NotReceivedYet_Waits()
    {
        await Queue.PublishAsync([Model], [Item(1), Item(2), Item(2)], Token);

        await CountBecomes(Model, new QueueCounts(2, 0, 0));
    }

    [Fact]
    public async Task Publish_WaitingOrInWork_IsDoneWhenEveryDeliveryIsCompleted()
    {
        await Queue.PublishAsync([Model], [Item(1), Item(1)], Token);
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var first = await Take();
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.CompleteAsync([first], Token);

        // How often it comes is the queue's affair; that it is the same picture, at its first attempt, and comes to an end is not.
        while (await Queue.ReceiveAsync(Model, 10, TimeSpan.FromSeconds(1), Token) is { Count: > 0 } again)
        {
            Assert.All(again, delivery => Assert.Equal((Item(1), 1), (delivery.Item, delivery.Attempt)));
            await Queue.CompleteAsync(again, Token);
        }

        await CountBecomes(Model, new QueueCounts(0, 0, 0));
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
            while (received.Count < Items)
            {
                var deliveries = await queue.ReceiveAsync(Model, 7, TimeSpan.FromMilliseconds(50), Token);
                foreach (var delivery in deliveries)
                {
                    received.Add(delivery.Item);
                }

                await queue.CompleteAsync(deliveries, Token);
            }
        })));

        Assert.Equal(Items, received.Count);
        Assert.Equal(Items, received.Distinct().Count());
        await CountBecomes(Model, new QueueCounts(0, 0, 0));
    }

    [Fact]
    public async Task Kill_WorkInHand_ComesToAnotherAndCounts()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var worker = await OpenAsync();
            Assert.Equal(attempt, Assert.Single(await worker.ReceiveAsync(Model, 1, Long, Token)).Attempt);
            await NothingComes();

            await KillAsync(worker);
        }

        Assert.Equal(5, (await Take()).Attempt);
    }

    [Fact]
    public async Task Kill_WorkInHand_EverythingComesAgainOnce()
    {
        await Queue.PublishAsync([Model], [.. Enumerable.Range(0, 8).Select(Item)], Token);
        var worker = await OpenAsync();
        var inHand = new List<int>();
        while (inHand.Count < 8)
        {
            inHand.AddRange(Numbers(await worker.ReceiveAsync(Model, 8, Long, Token)));
        }

        await KillAsync(worker);

        var received = new List<int>();
        while (received.Count < 8)
        {
            var deliveries = await Queue.ReceiveAsync(Model, 8, Long, Token);
            Assert.NotEmpty(deliveries);
            Assert.All(deliveries, delivery => Assert.Equal(2, delivery.Attempt));
            received.AddRange(Numbers(deliveries));
        }

        Assert.Equal(Enumerable.Range(0, 8), received.Order());
        await NothingComes();
    }

    [Fact]
    public async Task Renew_WorkInHand_IsNobodyElses()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var delivery = await Take();
        var other = await OpenAsync();

        await Queue.RenewAsync([delivery], Token);

        Assert.Empty(await other.ReceiveAsync(Model, 1, Short, Token));
        await Queue.CompleteAsync([delivery], Token);
        await CountBecomes(Model, new QueueCounts(0, 0, 0));
    }

    [Fact]
    public async Task Settle_DeliveryThatAnotherTook_DoesNothing()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var worker = await OpenAsync();
        var late = Assert.Single(await worker.ReceiveAsync(Model, 1, Long, Token));
        await KillAsync(worker);
        var current = await Take();

        await worker.CompleteAsync([late], Token);
        await worker.RetryAsync(late, "late", Token);
        await worker.ReturnAsync([late], Token);
        await worker.DeadLetterAsync(late, "late", Token);
        await worker.RenewAsync([late], Token);

        await CountBecomes(Model, new QueueCounts(0, 1, 0));
        await Queue.CompleteAsync([current], Token);
        await CountBecomes(Model, new QueueCounts(0, 0, 0));
    }

    [Fact]
    public async Task Settle_Again_DoesNothing()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var delivery = await Take();
        await Queue.CompleteAsync([delivery], Token);

        await Queue.CompleteAsync([delivery], Token);
        await Queue.RetryAsync(delivery, "late", Token);
        await Queue.ReturnAsync([delivery], Token);
        await Queue.DeadLetterAsync(delivery, "late", Token);

        await PassAsync(Options.RetryDelay);
        await NothingComes();
        await CountBecomes(Model, new QueueCounts(0, 0, 0));
    }

    [Fact]
    public async Task Retry_Again_BackOffDoublesUpToTheMaximum()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        foreach (var (attempt, seconds) in new[] { (1, 1), (2, 2), (3, 4), (4, 5), (5, 5) })
        {
            var delivery = await Take();
            Assert.Equal(attempt, delivery.Attempt);
            var started = Stopwatch.GetTimestamp();

            await Queue.RetryAsync(delivery, "the blob store is down", Token);

            var almost = (TimeSpan.FromSeconds(seconds) * 0.9) - Short - Stopwatch.GetElapsedTime(started);
            await PassAsync(almost);
            await NothingComes();
            Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Model, Token));
            await PassAsync(TimeSpan.FromSeconds(seconds) - almost);
        }

        Assert.Equal(6, (await Take()).Attempt);
    }

    [Fact]
    public async Task Retry_BehindALongerBackOff_ComesFirst()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Queue.RetryAsync(await Take(), "broken", Token);
            await PassAsync(attempt < 3 ? Options.DelayAfter(attempt) : TimeSpan.Zero);
        }

        await Queue.PublishAsync([Model], [Item(2)], Token);
        await Queue.RetryAsync(await Take(), "broken", Token);
        await PassAsync(Options.RetryDelay);

        Assert.Equal(Item(2), (await Take()).Item);
        await PassAsync(Options.MaximumRetryDelay);
        Assert.Equal(Item(1), (await Take()).Item);
    }

    [Fact]
    public async Task Return_Delivery_ComesAtOnceAndDoesNotCount()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        for (var i = 0; i < 3; i++)
        {
            var delivery = await Take();
            Assert.Equal(1, delivery.Attempt);
            await Queue.ReturnAsync([delivery], Token);
        }
    }

    [Fact]
    public async Task Return_DeliveryOfALaterAttempt_KeepsItsCount()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.RetryAsync(await Take(), "broken", Token);
        await PassAsync(Options.RetryDelay);
        for (var i = 0; i < 3; i++)
        {
            var delivery = await Take();
            Assert.Equal(2, delivery.Attempt);
            await Queue.ReturnAsync([delivery], Token);
        }
    }

    [Fact]
    public async Task DeadLetter_Delivery_StaysAsideUntilPublishedAnew()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        await Queue.RetryAsync(await Take(), "first", Token);
        await PassAsync(Options.RetryDelay);
        await Queue.DeadLetterAsync(await Take(), "It does not decode.", Token);
        await PassAsync(Options.MaximumRetryDelay);

        await NothingComes();
        await CountBecomes(Model, new QueueCounts(0, 0, 1));
        await Queue.PublishAsync([Model], [Item(1)], Token);

        Assert.Equal(1, (await Take()).Attempt);
    }

    [Fact]
    public async Task Discard_Picture_LeavesTheOthers()
    {
        await Queue.PublishAsync([Model, "other", "dead"], [Item(1), Item(2)], Token);
        var inWork = Assert.Single(await Queue.ReceiveAsync("other", 1, Long, Token));
        await Queue.DeadLetterAsync(Assert.Single(await Queue.ReceiveAsync("dead", 1, Long, Token)), "broken", Token);

        await Queue.DiscardAsync(Samples.Id(1), Token);

        await Queue.CompleteAsync([inWork], Token);
        foreach (var model in new[] { Model, "other", "dead" })
        {
            // Of the discarded one nothing or its delivery comes, for the worker to find no picture.
            var received = new HashSet<WorkItem>();
            while (await Queue.ReceiveAsync(model, 10, TimeSpan.FromSeconds(1), Token) is { Count: > 0 } deliveries)
            {
                received.UnionWith(deliveries.Select(delivery => delivery.Item));
                await Queue.CompleteAsync(deliveries, Token);
            }

            Assert.Contains(Item(2), received);
            Assert.Subset(new HashSet<WorkItem> { Item(1), Item(2) }, received);
        }
    }

    [Fact]
    public async Task Discard_InWorkAndPublishedAgain_TheOldDeliveryDoesNotSettleTheNewItem()
    {
        await Queue.PublishAsync([Model], [Item(1)], Token);
        var old = await Take();
        await Queue.DiscardAsync(Samples.Id(1), Token);
        await Queue.PublishAsync([Model], [Item(1)], Token);

        await Queue.CompleteAsync([old], Token);

        Assert.Equal([1], await Receive(1));
    }

    private static WorkItem Item(int number) => new(Samples.Id(number));

    private static IEnumerable<int> Numbers(IEnumerable<WorkDelivery> deliveries) =>
        deliveries.Select(delivery => Enumerable.Range(0, 10).First(i => Samples.Id(i) == delivery.Item.Id));

    private async Task<WorkDelivery> Take() => Assert.Single(await Queue.ReceiveAsync(Model, 1, Long, Token));

    private async Task<List<int>> Receive(int max) => [.. Numbers(await Queue.ReceiveAsync(Model, max, Long, Token))];

    private async Task NothingComes() => Assert.Empty(await Queue.ReceiveAsync(Model, 10, Short, Token));

    /// <summary>What is on its way between the broker and a worker is counted a moment later.</summary>
    private Task CountBecomes(string model, QueueCounts counts) =>
        Eventually.Succeeds(async () => Assert.Equal(counts, await Queue.CountAsync(model, Token)), cancellationToken: Token);
}
