using System.Diagnostics;
using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>What the feed of this store promises beyond the suite.</summary>
public sealed class MongoFeedTests(MongoFixture fixture) : IAsyncLifetime
{
    private const int Count = 300;

    private MongoDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new MongoDatabase(MongoFixture.NewDatabase(await fixture.ServerAsync()));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => _database.Store.AddAsync(Samples.Image(i), Token)));
        await _database.Store.PutVectorsAsync(Samples.Model, [.. Enumerable.Range(0, Count).Select(i => Samples.Vector(i))], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Follow_FromTheBeginning_GivesEachOnce(int limit)
    {
        var given = new List<ImageId>();
        await foreach (var page in _database.Store.FollowAsync(Samples.Model, new(0, 1), default, limit, Token))
        {
            given.AddRange(page.Changes.Select(change => change.Id));
            if (page.CaughtUp)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(Samples.Id).Order(), given.Order());
    }

    [Fact]
    public async Task Follow_AnotherReaderEachTime_MissesNothingAndRepeatsNothing()
    {
        var given = new List<ImageId>();
        var cursor = default(ChangeCursor);
        for (var caughtUp = false; !caughtUp;)
        {
            var page = await ReadAsync(cursor, 50);
            given.AddRange(page.Changes.Select(change => change.Id));
            (cursor, caughtUp) = (page.Next, page.CaughtUp);
        }

        await _database.Store.AddAsync(Samples.Image(Count), Token);
        await _database.Store.PutVectorsAsync(Samples.Model, [Samples.Vector(Count)], Token);
        given.AddRange((await ReadAsync(cursor, 50)).Changes.Select(change => change.Id));

        Assert.Equal(Enumerable.Range(0, Count + 1).Select(Samples.Id).Order(), given.Order());
    }

    [Fact]
    public async Task Follow_VectorIsStored_GivesItWithin200Milliseconds()
    {
        var times = new List<TimeSpan>();
        await using var pages = _database.Store.FollowAsync(Samples.Model, new(0, 1), default, 1000, Token).GetAsyncEnumerator(Token);
        await NextAsync(page => page.CaughtUp);
        for (var i = 0; i < 20; i++)
        {
            var id = Samples.Id(Count + i);
            await _database.Store.AddAsync(Samples.Image(Count + i), Token);
            var next = NextAsync(page => page.Changes.Any(change => change.Id == id));
            await _database.Store.PutVectorsAsync(Samples.Model, [Samples.Vector(Count + i)], Token);
            var stored = Stopwatch.GetTimestamp();
            await next.WaitAsync(TimeSpan.FromSeconds(60), Token);
            times.Add(Stopwatch.GetElapsedTime(stored));
        }

        // The fastest of twenty: what a busy machine does to the others is not the feed's. A feed that is polled would need its interval.
        Assert.InRange(times.Min(), TimeSpan.Zero, TimeSpan.FromMilliseconds(200));

        async Task NextAsync(Func<ChangePage, bool> isIt)
        {
            while (await pages.MoveNextAsync() && !isIt(pages.Current))
            {
            }
        }
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("""{ "_data" : "8200000001000000012B0229296E04" }""")]
    [InlineData("""{ "_data" : "no token" }""")]
    public async Task Follow_PositionOfAnotherStore_LoadsAnewAndSaysSo(string position)
    {
        var first = await ReadAsync(new ChangeCursor(position), 1000);
        var second = await ReadAsync(first.Next, 1000);

        Assert.NotNull(first.Restart);
        Assert.Empty(first.Changes);
        Assert.Equal((Count, null), (second.Changes.Count, second.Restart));
    }

    [Fact]
    public async Task Follow_CollectionIsDropped_LoadsAnewAndSaysSo()
    {
        await using var pages = _database.Store.FollowAsync(Samples.Model, new(0, 1), default, 1000, Token).GetAsyncEnumerator(Token);
        Assert.True(await pages.MoveNextAsync());
        await _database.Connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(new BsonDocument("drop", "vectors_layout"), cancellationToken: Token));

        await Eventually.BecomesTrue(async () => await pages.MoveNextAsync() && pages.Current.Restart is not null, cancellationToken: Token);

        Assert.Contains("dropped", pages.Current.Restart, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Load_Plan_FetchesNothingOfOtherShards(int shards)
    {
        var filter = new BsonDocument { { "updatedAt", new BsonDocument { { "$gte", DateTimeOffset.UnixEpoch } } } };
        var expected = Count;
        if (shards > 1)
        {
            filter.Add("bucket", new BsonDocument { { "$mod", new BsonArray { shards, 0 } } });
            expected = Enumerable.Range(0, Count).Count(i => new ShardKey(0, shards).Owns(Samples.Id(i)));
        }

        var (stages, _, documents) = await ExplainAsync(new BsonDocument
        {
            { "find", "vectors_layout" }, { "filter", filter }, { "sort", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } } },
        });

        Assert.DoesNotContain("SORT", stages);
        Assert.Contains("IXSCAN", stages);
        Assert.Equal(expected, documents);
    }

    [Theory]
    [InlineData("images", """{"added":{}}""")]
    [InlineData("images", """{"tags":"a","added":{}}""")]
    [InlineData("vectors_layout", """{"state":"failed","added":{}}""")]
    public async Task List_Plan_IsInTheOrderOfAnIndex(string collection, string shape)
    {
        var filter = new BsonDocument { { "added", new BsonDocument { { "$lt", new BsonTimestamp(-1) } } } };
        foreach (var field in System.Text.Json.JsonDocument.Parse(shape).RootElement.EnumerateObject().Where(field => field.Name != "added"))
        {
            filter.Add(field.Name, field.Value.GetString());
        }

        var (stages, _, _) = await ExplainAsync(new BsonDocument
        {
            { "find", collection }, { "filter", filter }, { "sort", new BsonDocument { { "added", -1 } } }, { "limit", 10 },
        });

        Assert.DoesNotContain("COLLSCAN", stages);
        Assert.DoesNotContain("SORT", stages);
    }

    [Theory]
    [InlineData("images", "added", true)]
    [InlineData("vectors_layout", "state", false)]
    public async Task Count_Plan_CountsInAnIndex(string collection, string field, bool exists)
    {
        var query = exists ? new BsonDocument { { field, new BsonDocument { { "$exists", true } } } } : new BsonDocument { { field, "indexed" } };

        var (stages, _, documents) = await ExplainAsync(new BsonDocument { { "count", collection }, { "query", query } });

        Assert.DoesNotContain("COLLSCAN", stages);
        Assert.Equal(0, documents);
    }

    private Task<ChangePage> ReadAsync(ChangeCursor cursor, int limit) => _database.Store.ReadChangesAsync(Samples.Model, new(0, 1), cursor, limit, Token);

    private async Task<(List<string> Stages, long Keys, long Documents)> ExplainAsync(BsonDocument command)
    {
        var reply = await _database.Connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument { { "explain", command }, { "verbosity", "executionStats" } }, cancellationToken: Token));
        var stages = new List<string>();
        for (var plan = reply["queryPlanner"]["winningPlan"].AsBsonDocument; plan is not null; plan = plan.GetValue("inputStage", null)?.AsBsonDocument)
        {
            stages.Add(plan["stage"].AsString);
        }

        var statistics = reply["executionStats"];
        return (stages, statistics["totalKeysExamined"].ToInt64(), statistics["totalDocsExamined"].ToInt64());
    }
}
