using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>What the feed of this store promises beyond the suite: little is read twice, and the position alone is enough.</summary>
public sealed class MongoFeedTests(MongoFixture fixture) : IAsyncLifetime
{
    private const int Count = 300;

    private MongoDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new MongoDatabase(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => _database.Store.AddAsync(Samples.Image(i), Token)));
        await _database.Store.PutVectorsAsync(Samples.Model, [.. Enumerable.Range(0, Count).Select(i => Samples.Vector(i))], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task ReadChanges_WithMemory_GivesEachOnce(int limit)
    {
        var given = new List<ImageId>();
        var cursor = default(ChangeCursor);
        ChangePage page;
        do
        {
            page = await ReadAsync(cursor, limit);
            given.AddRange(page.Changes.Select(change => change.Id));
            cursor = page.Next;
        }
        while (!page.CaughtUp);

        Assert.Equal(Enumerable.Range(0, Count).Select(Samples.Id).Order(), given.Order());
        Assert.Empty((await ReadAsync(cursor, limit)).Changes);
    }

    [Fact]
    public async Task ReadChanges_FromThePositionAlone_MissesNothing()
    {
        var given = new HashSet<ImageId>();
        var cursor = default(ChangeCursor);
        await Eventually.BecomesTrue(
            async () =>
            {
                // As one that forgets everything each time. It repeats what is within the overlap, until that is past.
                var page = await ReadAsync(new ChangeCursor(cursor.Position), 50);
                given.UnionWith(page.Changes.Select(change => change.Id));
                cursor = page.Next;
                return page.CaughtUp;
            },
            cancellationToken: Token);

        Assert.Equal(Count, given.Count);
    }

    [Fact]
    public async Task ReadChanges_PositionInTheFuture_BeginsAgain()
    {
        var page = await ReadAsync(new ChangeCursor(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()), 1000);

        Assert.Equal(Count, page.Changes.Count);
        Assert.True(page.Next.Position <= page.ReadAt.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task ReadChanges_ChangedAgainWithinTheOverlap_GivesItAgain()
    {
        var cursor = (await ReadAsync(default, 1000)).Next;
        for (var i = 0; i < 20; i++)
        {
            await _database.Store.AddAsync(Samples.Image(1, $"tag{i}"), Token);

            var page = await ReadAsync(cursor, 1000);

            Assert.Equal(i + 1, Assert.Single(page.Changes).Tags.Count);
            cursor = page.Next;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Poll_Plan_LooksAtNothingButWhatIsNew(int shards)
    {
        var now = (await _database.Connection.AskAsync(Token)).AddMinutes(1);
        var filter = new BsonDocument { { "updatedAt", new BsonDocument { { "$gte", now } } } };
        if (shards > 1)
        {
            filter.Add("bucket", new BsonDocument { { "$mod", new BsonArray { shards, 0 } } });
        }

        var poll = new BsonDocument
        {
            { "find", "vectors_layout" }, { "filter", filter }, { "sort", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } } },
            { "projection", new BsonDocument { { "updatedAt", 1 }, { "_id", 1 }, { "rev", 1 } } }, { "limit", 100 },
        };

        var (stages, keys, documents) = await ExplainAsync(poll);

        Assert.DoesNotContain("COLLSCAN", stages);
        Assert.DoesNotContain("SORT", stages);
        Assert.DoesNotContain("FETCH", stages);
        Assert.Contains("IXSCAN", stages);
        Assert.InRange(keys, 0, 1);
        Assert.Equal(0, documents);
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
