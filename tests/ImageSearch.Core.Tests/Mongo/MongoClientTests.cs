using ImageSearch.Core.Mongo;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Testing.Servers;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoClientTests(MongoFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_Standalone_SaysWhatItIsAndItsTime()
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));

        var server = await client.AskAsync(Token);

        Assert.True(server.IsStandalone);
        Assert.Equal(7, server.WireVersion);
        Assert.InRange(server.LocalTime, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.InRange(client.Clock.GetUtcNow(), server.LocalTime.AddMilliseconds(-50), server.LocalTime.AddSeconds(30));
    }

    [Fact]
    public async Task Ask_ReplicaSet_SaysSo()
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.ReplicaSetAsync()));

        Assert.False((await client.AskAsync(Token)).IsStandalone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WriteMany_ThenFind_ReturnsWhatWasWritten(bool replicaSet)
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(replicaSet ? await fixture.ReplicaSetAsync() : await fixture.StandaloneAsync()));
        var documents = Enumerable.Range(0, 2500).Select(i => new BsonDocument { { "_id", i }, { "text", $"number {i}" } }).ToList();

        var inserted = await client.WriteManyAsync(MongoWriteKind.Insert, "numbers", documents, Token);
        var again = await client.WriteManyAsync(MongoWriteKind.Insert, "numbers", documents[1498..1502], Token);
        var updated = await client.WriteManyAsync(
            MongoWriteKind.Update,
            "numbers",
            [.. new[] { 5, 9999 }.Select(i => new BsonDocument
            {
                { "q", new BsonDocument { { "_id", i } } }, { "u", new BsonDocument { { "$set", new BsonDocument { { "text", "changed" } } } } }, { "upsert", true },
            })],
            Token);
        var deleted = await client.WriteManyAsync(MongoWriteKind.Delete, "numbers", [new BsonDocument { { "q", new BsonDocument { { "_id", 6 } } }, { "limit", 1 } }], Token);
        var found = await client.FindAsync(
            "numbers", new BsonDocument(), new BsonDocument { { "sort", new BsonDocument { { "_id", 1 } } }, { "batchSize", 300 } },
            document => (Id: document["_id"u8].ToInt32(), Text: document["text"u8].ToString()), Token);

        Assert.Equal((2500, 0), (inserted.Count, again.Count));
        Assert.Equal([0, 1, 2, 3], again.Duplicates.Order());
        Assert.Equal(2, updated.Count);
        Assert.Equal([1], updated.Upserted);
        Assert.Equal(1, deleted.Count);
        Assert.Equal(2500, found.Count);
        Assert.Equal("changed", found[5].Text);
        Assert.Equal((7, "number 7"), found[6]);
        Assert.Equal((9999, "changed"), found[^1]);
    }

    [Fact]
    public async Task Run_CommandThatTheServerRefuses_SaysWhatAndWhere()
    {
        var server = await fixture.StandaloneAsync();
        await using var client = new MongoClient(MongoFixture.NewDatabase(server));

        var error = await Assert.ThrowsAsync<MongoException>(() => client.WriteAsync(new BsonDocument { { "nonsense", 1 } }, Token));

        Assert.Equal((MongoFailure.Refused, 59), (error.Failure, error.Code));
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Run_Work_IsOnAThreadOfItsOwn()
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));

        var (pooled, name) = await client.RunAsync(_ => (Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name), Token);

        Assert.False(pooled);
        Assert.StartsWith("MongoDB", name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManyCallersAndFewConnections_AllAreServed()
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()), new MongoOptions { Connections = 2 });
        var (running, most) = (0, 0);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => client.RunAsync(
            connection =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                connection.Read(new BsonDocument { { "ping", 1 } }, _ => true);
                Interlocked.Decrement(ref running);
                return i;
            },
            Token)));

        Assert.Equal(Enumerable.Range(0, 200), results);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Dispose_CallsUnderWay_AreFinished()
    {
        var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));
        var calls = Enumerable.Range(0, 8).Select(_ => client.AskAsync(Token)).ToList();

        await client.DisposeAsync();

        Assert.All(await Task.WhenAll(calls), server => Assert.True(server.IsStandalone));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AskAsync(Token));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Write_Standalone_IsInTheJournalWhenItCompletes() => await AssertDurableAsync(
        await fixture.StandaloneAsync(), status => status["wiredTiger"u8].ToView()["log"u8].ToView()["log sync operations"u8].ToInt64());

    [Fact]
    public async Task Write_ReplicaSet_WaitsForTheMajority() => await AssertDurableAsync(
        await fixture.ReplicaSetAsync(), status => status["metrics"u8].ToView()["getLastError"u8].ToView()["wtime"u8].ToView()["num"u8].ToInt64());

    [Fact]
    public async Task Write_ConnectionStringSaysWhatIsDurable_IsHeard()
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()) + "?w=5");

        // Which a single server cannot do.
        var error = await Assert.ThrowsAsync<MongoException>(() => InsertAsync(client, 1));

        Assert.Equal(MongoFailure.Refused, error.Failure);
    }

    private static async Task AssertDurableAsync(MongoServer server, BsonDecoder<long> counter)
    {
        const int Writes = 20;
        await using var client = new MongoClient(MongoFixture.NewDatabase(server));
        await InsertAsync(client, -1);
        var before = await client.ReadAsync(new BsonDocument { { "serverStatus", 1 } }, counter, Token);

        for (var i = 0; i < Writes; i++)
        {
            await InsertAsync(client, i);
        }

        Assert.True(await client.ReadAsync(new BsonDocument { { "serverStatus", 1 } }, counter, Token) >= before + Writes);
    }

    private static Task<MongoWrites> InsertAsync(MongoClient client, int number) =>
        client.WriteManyAsync(MongoWriteKind.Insert, "numbers", [new BsonDocument { { "_id", number } }], Token);
}
