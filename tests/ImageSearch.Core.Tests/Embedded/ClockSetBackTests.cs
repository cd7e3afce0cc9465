using ImageSearch.Core.Embedded;
using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Core.Tests.Embedded;

/// <summary>
/// Deadlines lie on disk in wall-clock time. Here the clock is set back after they were written: nothing may wait for the old time. Imports and
/// idempotency keys are in the suites of their stores.
/// </summary>
public sealed class ClockSetBackTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly SqliteFixture _fixture = new();
    private readonly SqliteDatabase _database;
    private readonly FakeTimeProvider _before = new();
    private readonly FakeTimeProvider _after = new();

    public ClockSetBackTests() => _database = _fixture.Open();

    public static TheoryData<int> Hours => [1, 24];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task Work_ThatWaits_IsDeliveredAtOnce(int hours)
    {
        SetBack(hours);
        await Queue(_before).PublishAsync(["model"], [new WorkItem(Samples.Id(1)), new WorkItem(Samples.Id(2))], Token);

        Assert.Equal(2, (await ReceiveAsync(_after)).Count);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task Work_OfADeadWorkerAndOfARetry_IsDeliveredAtOnce(int hours)
    {
        SetBack(hours);
        await Queue(_before).PublishAsync(["model"], [new WorkItem(Samples.Id(1)), new WorkItem(Samples.Id(2))], Token);
        var leased = await ReceiveAsync(_before);
        await Queue(_before).RetryAsync(leased[0], "away", Token);

        Assert.Equal(new QueueCounts(2, 0, 0), await Queue(_after).CountAsync("model", Token));
        Assert.Equal(2, (await ReceiveAsync(_after)).Count);
        Assert.Equal(new QueueCounts(0, 2, 0), await Queue(_after).CountAsync("model", Token));
    }

    [Fact]
    public async Task Work_OfALivingWorker_StaysItsOwnOnceItRenews()
    {
        SetBack(1);
        await Queue(_before).PublishAsync(["model"], [new WorkItem(Samples.Id(1))], Token);
        var leased = await ReceiveAsync(_before);
        await Queue(_after).RenewAsync(leased, Token);

        Assert.Empty(await ReceiveAsync(_after));
    }

    [Fact]
    public async Task Key_AnsweredWhileTheClockWasYearsAhead_IsSweptAway()
    {
        SetBack(24 * 365 * 10);
        await Keys(_before).ClaimAsync("key", "owner", Lease, Token);
        await Keys(_before).CompleteAsync("key", "owner", new IdempotentAnswer("print", "body"), TimeSpan.FromDays(1), Token);

        Assert.True((await Keys(_after).ClaimAsync("other", "another", Lease, Token)).IsMine);
        Assert.Equal(1, await _database.ReadAsync(connection => connection.Scalar<long>("SELECT count(*) FROM idempotency"), Token));
    }

    [Fact]
    public async Task Picture_AddedBefore_IsFoundByTheBackfill()
    {
        SetBack(1);
        await Store(_before).AddAsync(Samples.Image(1), Token);
        await Store(_after).AddAsync(Samples.Image(2), Token);

        Assert.Equal([Samples.Id(1)], await Store(_after).ListPendingAsync(Samples.Model, null, TimeSpan.FromSeconds(10), 10, Token));
    }

    private void SetBack(int hours) => _before.Advance(TimeSpan.FromHours(hours));

    private SqliteWorkQueue Queue(TimeProvider clock) => new(_database, SqliteFixture.Queue(new WorkQueueOptions()), clock);

    private SqliteIdempotencyStore Keys(TimeProvider clock) => new(_database, clock);

    private SqliteImageStore Store(TimeProvider clock) => new(_database, clock);

    private Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(TimeProvider clock) => Queue(clock).ReceiveAsync("model", 10, TimeSpan.Zero, Token);
}
