using ImageSearch.Core.Embedded;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Write_OneOfManyFails_TheOthersAreKept()
    {
        var database = _fixture.Open();
        await CreateTableAsync(database);

        var writes = Enumerable.Range(0, 50).Select(i => database.WriteAsync(
            connection =>
            {
                connection.Execute("INSERT INTO numbers VALUES (@i)", ("@i", i));
                return i % 10 != 3 ? i : throw new InvalidOperationException($"number {i}");
            },
            Token)).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.All(writes.Index(), write => Assert.Equal(write.Index % 10 == 3, write.Item.IsFaulted));
        Assert.Equal(45, await CountAsync(database));
    }

    [Fact]
    public async Task Write_Cancelled_IsNotRun()
    {
        var database = _fixture.Open();
        await CreateTableAsync(database);
        using var gate = new ManualResetEventSlim();
        var blocking = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(20)), Token);
        using var cancellation = new CancellationTokenSource();
        var write = database.WriteAsync(connection => connection.Execute("INSERT INTO numbers VALUES (1)"), cancellation.Token);
        await cancellation.CancelAsync();
        gate.Set();
        await blocking;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.WriteAsync(_ => 1, cancellation.Token));
        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task Write_AnotherHoldsTheLock_WaitsWhileReadsGoOn()
    {
        var (one, two) = (_fixture.Open(), _fixture.Open());
        await CreateTableAsync(one);
        using var held = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var holding = one.WriteAsync(
            connection =>
            {
                connection.Execute("INSERT INTO numbers VALUES (1)");
                held.Release();
                return gate.Wait(TimeSpan.FromSeconds(20));
            },
            Token);
        await held.WaitAsync(Token);

        var waiting = two.WriteAsync(connection => connection.Scalar<long>("SELECT count(*) FROM numbers"), Token);

        Assert.Equal(0, await CountAsync(two));
        Assert.False(waiting.IsCompleted);
        gate.Set();
        Assert.True(await holding);
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task Read_Snapshot_DoesNotChangeWhileItIsRead()
    {
        var (reader, writer) = (_fixture.Open(), _fixture.Open());
        await CreateTableAsync(writer);
        var counts = await reader.ReadAsync(
            connection =>
            {
                var before = connection.Scalar<long>("SELECT count(*) FROM numbers");
                writer.WriteAsync(other => other.Execute("INSERT INTO numbers VALUES (1)"), Token).Wait(Token);
                return (before, connection.Scalar<long>("SELECT count(*) FROM numbers"));
            },
            Token);

        Assert.Equal((0, 0), counts);
        Assert.Equal(1, await CountAsync(reader));
    }

    [Fact]
    public async Task Open_ManyAtOnce_OneCreatesTheTables()
    {
        var databases = Enumerable.Range(0, 8).Select(_ => _fixture.Open()).ToList();

        await Task.WhenAll(databases.Select(database => database.WriteAsync(connection => connection.Execute("UPDATE counters SET value = value + 1 WHERE name = 'feed'"), Token)));

        Assert.Equal(8, await databases[0].ReadAsync(connection => connection.Scalar<long>("SELECT value FROM counters WHERE name = 'feed'"), Token));
        Assert.Equal("wal", await databases[0].ReadAsync(connection => connection.Scalar<string>("PRAGMA journal_mode"), Token));
    }

    [Fact]
    public async Task Dispose_WritesQueued_AreFinished()
    {
        var database = _fixture.Open();
        await CreateTableAsync(database);
        var writes = Enumerable.Range(0, 20).Select(_ => database.WriteAsync(connection => connection.Execute("INSERT INTO numbers VALUES (1)"), Token)).ToList();

        database.Dispose();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.WriteAsync(_ => 1, Token));
        Assert.Equal(20, await CountAsync(_fixture.Open()));
    }

    [Theory]
    [InlineData("SELECT v.seq FROM vectors v WHERE v.model = 1 AND v.seq > 5 AND v.bucket % 4 = 1 ORDER BY v.seq LIMIT 10", "vectors_feed")]
    [InlineData("SELECT number FROM work WHERE model = 'm' AND state < 2 AND due <= 5 ORDER BY due, number LIMIT 3", "work_due")]
    [InlineData("SELECT count(*) FROM work WHERE model = 'm' AND state = 2", "work_dead")]
    [InlineData("SELECT image FROM extractions WHERE state = 2 AND model IN (1, 2)", "extractions_failed")]
    [InlineData("SELECT number FROM imports WHERE done = 0 AND cancelled = 0 AND (leased_until <= 5 OR leased_at > 5) ORDER BY number LIMIT 1", "imports_open")]
    [InlineData("SELECT e.image, e.model, e.at FROM extractions e INDEXED BY extractions_failures WHERE e.state = 2 AND e.model IN (1, 2) AND e.reason = 'x' AND (e.at, e.image, e.model) < (9, 9, 9) ORDER BY e.at DESC, e.image DESC, e.model DESC LIMIT 3", "COVERING INDEX extractions_failures")]
    [InlineData("SELECT id FROM imports ORDER BY number DESC LIMIT 50", "SCAN")]
    [InlineData("SELECT i.id FROM image_tags t CROSS JOIN images i ON i.number = t.image WHERE t.tag = 'x' AND t.image < 9 ORDER BY t.image DESC LIMIT 3", "PRIMARY KEY")]
    public async Task Plan_OfAFrequentQuery_UsesItsIndexWithoutSorting(string query, string index)
    {
        var plan = await _fixture.Open().ReadAsync(connection => connection.Query($"EXPLAIN QUERY PLAN {query}", reader => reader.GetString(3)), Token);

        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private static Task<int> CreateTableAsync(SqliteDatabase database) => database.WriteAsync(connection => connection.Execute("CREATE TABLE numbers (number)"), Token);

    private static Task<long> CountAsync(SqliteDatabase database) => database.ReadAsync(connection => connection.Scalar<long>("SELECT count(*) FROM numbers"), Token);
}
