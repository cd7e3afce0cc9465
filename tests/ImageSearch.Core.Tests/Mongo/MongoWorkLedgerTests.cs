using ImageSearch.Core.Mongo;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>What the ledger promises beyond what the queue's suite asks of both together.</summary>
public abstract class MongoWorkLedgerTests : IAsyncLifetime
{
    private const string Model = "layout";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();
    private MongoConnection _connection = null!;
    private MongoWorkLedger _ledger = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<string> DatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _connection = new MongoConnection(await DatabaseAsync());
        _ledger = new MongoWorkLedger(_connection, _clock);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Enter_NewQueuedAndDead_AreToldApart()
    {
        await _ledger.EnterAsync([Model], [Item(1), Item(2), Item(3)], Token);
        var leased = await _ledger.LeaseAsync(Model, [Item(2).Id, Item(3).Id], Lease, Token);
        Assert.True(await _ledger.DeadLetterAsync(leased[1], "broken", Token));

        var entries = await _ledger.EnterAsync([Model, "other"], [Item(1), Item(2), Item(3), Item(4), Item(4)], Token);

        Assert.Equal(
            [
                (1, "other", false), (2, "other", false), (3, Model, true), (3, "other", false), (4, Model, false), (4, "other", false),
            ],
            entries.Select(entry => (Number(entry.Item), entry.Model, entry.WasDead)));
        Assert.Equal(new QueueCounts(3, 1, 0), await _ledger.CountAsync(Model, Token));
    }

    [Fact]
    public async Task Enter_ManyAtOnce_EachIsNewForOne()
    {
        WorkItem[] items = [.. Enumerable.Range(0, 100).Select(Item)];

        var entered = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _ledger.EnterAsync([Model], items, Token)));

        Assert.Equal(100, entered.Sum(entries => entries.Count));
        Assert.Equal(100, entered.SelectMany(entries => entries).Distinct().Count());
    }

    [Fact]
    public async Task Lease_ManyAtOnce_EachGoesToOne()
    {
        WorkItem[] items = [.. Enumerable.Range(0, 100).Select(Item)];
        await _ledger.EnterAsync([Model], items, Token);

        var leased = await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[]
        {
            _ledger.LeaseAsync(Model, [.. items.Select(item => item.Id)], Lease, Token),
            _ledger.LeaseWaitingAsync(Model, 60, TimeSpan.Zero, Lease, Token),
        }));

        Assert.Equal(100, leased.Sum(deliveries => deliveries.Count));
        Assert.Equal(100, leased.SelectMany(deliveries => deliveries).Select(delivery => delivery.Item.Id).Distinct().Count());
    }

    [Fact]
    public async Task Lease_HeldBackLeasedDeadOrUnknown_IsNotTaken()
    {
        await _ledger.EnterAsync([Model], [Item(1), Item(2), Item(3), Item(4)], Token);
        var leased = await _ledger.LeaseAsync(Model, [Item(1).Id, Item(2).Id, Item(3).Id], Lease, Token);
        await _ledger.RetryAsync(leased[0], "later", TimeSpan.FromSeconds(5), Token);
        await _ledger.DeadLetterAsync(leased[1], "broken", Token);

        var taken = await _ledger.LeaseAsync(Model, [Item(5).Id, Item(4).Id, Item(3).Id, Item(2).Id, Item(1).Id], Lease, Token);

        Assert.Equal([4], taken.Select(delivery => Number(delivery.Item)));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([(1, 2)], (await _ledger.LeaseAsync(Model, [Item(1).Id], Lease, Token)).Select(delivery => (Number(delivery.Item), delivery.Attempt)));
    }

    [Fact]
    public async Task LeaseWaiting_Age_OnlyWhatNoMessageCameForForSoLong()
    {
        await _ledger.EnterAsync([Model], [Item(1)], Token);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await _ledger.EnterAsync([Model], [Item(2)], Token);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([1], (await _ledger.LeaseWaitingAsync(Model, 10, TimeSpan.FromSeconds(5), Lease, Token)).Select(delivery => Number(delivery.Item)));
        Assert.Equal([2], (await _ledger.LeaseWaitingAsync(Model, 10, TimeSpan.Zero, Lease, Token)).Select(delivery => Number(delivery.Item)));
    }

    [Fact]
    public async Task LeaseDue_OfferedRetriedReturnedExpired_LongestDueFirst()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _ledger.EnterAsync([Model], [Item(i)], Token);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var leased = await _ledger.LeaseAsync(Model, [Item(1).Id, Item(2).Id, Item(3).Id], TimeSpan.FromSeconds(3), Token);
        await _ledger.RetryAsync(leased[0], "later", TimeSpan.FromSeconds(2), Token);
        await _ledger.ReturnAsync([leased[1]], Token);
        await _ledger.OfferAsync([new LedgerEntry(Model, Item(5))], Token);

        // 4 waits for its message; of what is due the returned one is first
        Assert.Equal([(2, 1), (5, 1)], (await _ledger.LeaseDueAsync(Model, 10, Lease, Token)).Select(delivery => (Number(delivery.Item), delivery.Attempt)));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(await _ledger.AnyAsync(Model, Token));
        Assert.Equal([(1, 2), (3, 2)], (await _ledger.LeaseDueAsync(Model, 10, Lease, Token)).Select(delivery => (Number(delivery.Item), delivery.Attempt)));
    }

    [Fact]
    public async Task Offer_WhatAMessageBroughtMeanwhile_StaysLeased()
    {
        await _ledger.EnterAsync([Model], [Item(1)], Token);
        var leased = await _ledger.LeaseAsync(Model, [Item(1).Id], Lease, Token);

        await _ledger.OfferAsync([new LedgerEntry(Model, Item(1))], Token);

        Assert.Empty(await _ledger.LeaseDueAsync(Model, 10, Lease, Token));
        await _ledger.CompleteAsync(leased, Token);
        Assert.False(await _ledger.AnyAsync(Model, Token));
    }

    [Fact]
    public async Task Discard_DeadSomewhere_SaysWhere()
    {
        await _ledger.EnterAsync([Model, "other"], [Item(1)], Token);
        await _ledger.DeadLetterAsync(Assert.Single(await _ledger.LeaseAsync("other", [Item(1).Id], Lease, Token)), "broken", Token);

        Assert.Equal([Item(1).Id], await _ledger.FindDeadAsync("other", [Item(1).Id, Item(2).Id], Token));
        Assert.Equal(["other"], await _ledger.DiscardAsync(Item(1).Id, Token));
        Assert.Empty(await _ledger.FindDeadAsync("other", [Item(1).Id], Token));
    }

    [Fact]
    public async Task RemoveModel_OneOfTwo_TheOtherStays()
    {
        await _ledger.EnterAsync([Model, "other"], [Item(1), Item(2)], Token);

        await _ledger.RemoveModelAsync("other", Token);

        Assert.Equal(new QueueCounts(0, 0, 0), await _ledger.CountAsync("other", Token));
        Assert.Equal(new QueueCounts(2, 0, 0), await _ledger.CountAsync(Model, Token));
    }

    [Theory]
    [InlineData("pull", "model_pull_published")]
    [InlineData("published", "model_state_published")]
    public async Task Lookups_ManyEntries_UseTheirIndex(string field, string index)
    {
        await _ledger.EnterAsync([Model], [.. Enumerable.Range(0, 50).Select(Item)], Token);
        var filter = new BsonDocument { { "model", Model } };
        _ = field == "pull" ? filter : filter.Add("state", 0);
        filter.Add(field, new BsonDocument { { "$lte", _clock.GetUtcNow() } });
        var sort = new BsonDocument { { field, 1 } };
        _ = field == "pull" ? sort.Add("published", 1) : sort;

        var reply = await _connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument("explain", new BsonDocument { { "find", "work" }, { "filter", filter }, { "sort", sort }, { "limit", 10 } }), cancellationToken: Token));
        var plan = reply["queryPlanner"]["winningPlan"].ToString()!;

        Assert.Contains(index, plan);
        Assert.DoesNotContain("COLLSCAN", plan);
        Assert.DoesNotContain("\"SORT\"", plan);
    }

    private static WorkItem Item(int number) => new(Samples.Id(number));

    private static int Number(WorkItem item) => Enumerable.Range(0, 100).First(number => Samples.Id(number) == item.Id);
}
