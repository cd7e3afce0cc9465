using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Writers that meet: one has looked at the picture, another changes it, and then the first writes.</summary>
public sealed class MongoTransactionTests(MongoFixture fixture) : IAsyncLifetime
{
    private MongoDatabase _database = null!;

    private MongoImageStore Store => _database.Store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new MongoDatabase(MongoFixture.NewDatabase(await fixture.ServerAsync()));
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.AddAsync(Samples.Image(2, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(2)], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task PutVectors_DeletedSinceTheyLooked_LeavesNoVector()
    {
        var tries = await PutAfterAsync(() => Store.DeleteAsync(Samples.Id(1), Token));

        Assert.Equal(2, tries);
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PutVectors_TaggedSinceTheyLooked_HaveTheTags(bool failedBefore)
    {
        if (failedBefore)
        {
            await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(1), 1, "broken")], Token);
        }

        var tries = await PutAfterAsync(() => Store.ChangeTagsAsync([Samples.Id(1)], ["b"], [], Token));

        Assert.Equal(2, tries);
        var page = await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token);
        Assert.Equal(["a", "b"], page.Changes.Single(change => change.Id == Samples.Id(1)).Tags);
    }

    [Fact]
    public async Task Delete_AnotherHoldsThePicture_WaitsAndDoesNothingByHalves()
    {
        Task<bool> deleting;
        using (var session = await _database.Connection.RunAsync(database => database.Client.StartSessionAsync(cancellationToken: Token)))
        {
            session.StartTransaction();
            var collection = await _database.Connection.RunAsync(database => Task.FromResult(database.GetCollection<BsonDocument>("vectors_layout")));
            await collection.UpdateOneAsync(
                session, new BsonDocument { { "_id", Samples.Id(2) } }, new BsonDocument("$inc", new BsonDocument("held", 1)), cancellationToken: Token);

            deleting = Store.DeleteAsync(Samples.Id(2), Token);
            await Eventually.BecomesTrue(async () => await AbortedAsync() > 0, cancellationToken: Token);
            Assert.False(deleting.IsCompleted);
            Assert.NotNull(await Store.FindAsync(Samples.Id(2), Token));
            await session.AbortTransactionAsync(Token);
        }

        Assert.True(await deleting);
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(2), Token));

        async Task<long> AbortedAsync() => (await _database.Connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument("serverStatus", 1), cancellationToken: Token)))["transactions"]["totalAborted"].ToInt64();
    }

    [Fact]
    public async Task Transact_MeetsAnotherForTooLong_SaysSo()
    {
        var impatient = new MongoDatabase(_database.ConnectionString, new MongoOptions { SocketTimeout = TimeSpan.FromSeconds(1) });
        using var session = await _database.Connection.RunAsync(database => database.Client.StartSessionAsync(cancellationToken: Token));
        session.StartTransaction();
        var images = await _database.Connection.RunAsync(database => Task.FromResult(database.GetCollection<BsonDocument>(MongoSchema.Images)));
        await images.UpdateOneAsync(
            session, new BsonDocument { { "_id", Samples.Id(2) } }, new BsonDocument("$inc", new BsonDocument("held", 1)), cancellationToken: Token);

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => impatient.Store.DeleteAsync(Samples.Id(2), Token));

        Assert.True(error.IsTransient);
        Assert.Contains("transaction", error.Message, StringComparison.Ordinal);
        await session.AbortTransactionAsync(Token);
        Assert.True(await impatient.Store.DeleteAsync(Samples.Id(2), Token));
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

    /// <summary>Stores a vector of picture 1 as the store does, and lets something happen between the look and the write.</summary>
    /// <returns>How often it looked.</returns>
    private async Task<int> PutAfterAsync(Func<Task> happen)
    {
        var tries = 0;
        await _database.Connection.TransactAsync(
            async (transaction, stop) =>
            {
                var found = await transaction.FindAsync(
                    MongoSchema.Images, new BsonDocument { { "_id", Samples.Id(1) } }, [], document => document["tags"].AsBsonArray, stop);
                if (++tries == 1)
                {
                    await happen();
                }

                if (found is [var tags])
                {
                    var vector = new BsonDocument { { "state", "indexed" }, { "tags", tags }, { "bucket", Samples.Id(1).Bucket }, { "attempts", 1 } }
                        .Add("vector", Samples.Vector(1).Vector.Span);
                    await transaction.WriteAsync(
                        "vectors_layout",
                        [
                            new UpdateOneModel<BsonDocument>(
                                new BsonDocument { { "_id", Samples.Id(1) } },
                                new BsonDocument { { "$set", vector }, { "$currentDate", new BsonDocument("updatedAt", true) } }) { IsUpsert = true },
                        ],
                        stop);
                }

                return true;
            },
            Token);
        return tries;
    }
}
