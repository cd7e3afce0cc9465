using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Processes that were killed in the middle of what takes several writes: their marks are there, the rest is not.</summary>
public sealed class MongoUnfinishedTests(MongoFixture fixture) : IAsyncLifetime
{
    private MongoDatabase _database = null!;

    private MongoImageStore Store => _database.Store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new MongoDatabase(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Finish_DeletionThatWasBegun_LeavesNoVector()
    {
        await BeginDeletionAsync();
        Assert.Null(await Store.FindAsync(Samples.Id(1), Token));

        Assert.Equal(1, await Store.FinishAsync(10, Token));
        Assert.Equal(0, await Store.FinishAsync(10, Token));

        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
        Assert.True(Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token)).Changes).IsDeletion);
        Assert.False(await Store.DeleteAsync(Samples.Id(1), Token));
    }

    [Fact]
    public async Task Delete_DeletionThatWasBegun_IsFinishedOnce()
    {
        await BeginDeletionAsync();

        Assert.True(await Store.DeleteAsync(Samples.Id(1), Token));
        Assert.False(await Store.DeleteAsync(Samples.Id(1), Token));
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
    }

    [Fact]
    public async Task Add_DeletionThatWasBegun_IsAddedAnewWithoutVectors()
    {
        await BeginDeletionAsync();

        Assert.Equal(AddOutcome.Added, await Store.AddAsync(Samples.Image(1, "new"), Token));

        Assert.Equal(["new"], (await Store.FindAsync(Samples.Id(1), Token))!.Tags);
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
        Assert.Empty(await Store.FindExtractionsAsync(Samples.Id(1), Token));
    }

    [Fact]
    public async Task PutVectors_LateAndOfAnEarlierLife_IsDropped()
    {
        // A vector of the first life, as it is written after the deletion and before the second: by a writer that had looked before.
        await Store.DeleteAsync(Samples.Id(1), Token);
        var late = new UpdateOneModel<BsonDocument>(
            new BsonDocument { { "_id", Samples.Id(1) }, { "generation", 1 }, { "deleted", new BsonDocument("$ne", true) } },
            new BsonDocument("$set", new BsonDocument("state", "indexed")))
        { IsUpsert = true };
        var writes = await _database.Connection.WriteAsync("vectors_layout", [late], Token);
        Assert.Equal([0], writes.Duplicates);

        await Store.AddAsync(Samples.Image(1), Token);

        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
    }

    [Fact]
    public async Task Finish_TagsThatTheVectorLacks_AreGivenToIt()
    {
        await BeginTaggingAsync();
        var before = (await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token)).Next;

        Assert.Equal(1, await Store.FinishAsync(10, Token));
        Assert.Equal(0, await Store.FinishAsync(10, Token));

        Assert.Equal(["a", "b"], Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), before, 10, Token)).Changes).Tags);
    }

    [Fact]
    public async Task Add_TagsThatTheVectorLacks_AreGivenToIt()
    {
        await BeginTaggingAsync();

        Assert.Equal(AddOutcome.Duplicate, await Store.AddAsync(Samples.Image(1, "a", "b"), Token));

        Assert.Equal(["a", "b"], Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token)).Changes).Tags);
    }

    [Fact]
    public async Task PutVectors_RepeatedAfterTagsCame_GivesThemToTheVector()
    {
        // The first delivery was cut off between storing the vector and looking at the tags again.
        await SetAsync(new BsonDocument { { "$set", new BsonDocument { { "tags", new BsonArray { "a", "z" } } } } });

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        Assert.Equal(["a", "z"], Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token)).Changes).Tags);
    }

    [Fact]
    public async Task Repair_EverythingWasDropped_WorksAgain()
    {
        foreach (var collection in new[] { "images", "models", "vectors_layout" })
        {
            await _database.Connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(new BsonDocument("drop", collection), cancellationToken: Token));
        }

        await _database.Schema.RepairAsync(Token);

        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        Assert.True(await Store.DeleteAsync(Samples.Id(1), Token));
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
    }

    private Task<MongoWrites> BeginDeletionAsync() => SetAsync(new BsonDocument
    {
        { "$set", new BsonDocument { { "deleting", true } } }, { "$unset", new BsonDocument { { "added", 1 } } },
    });

    private Task<MongoWrites> BeginTaggingAsync() => SetAsync(new BsonDocument
    {
        { "$set", new BsonDocument { { "tagging", true } } }, { "$addToSet", new BsonDocument { { "tags", "b" } } },
    });

    private Task<MongoWrites> SetAsync(BsonDocument update) => _database.Connection.WriteAsync(
        MongoSchema.Images, [new UpdateOneModel<BsonDocument>(new BsonDocument { { "_id", Samples.Id(1) } }, update)], Token);
}
