using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoImageStoreTests(MongoFixture fixture) : ImageStoreTests
{
    private MongoConnection? _connection;
    private string? _connectionString;

    protected override async Task<IImageStore> OpenAsync()
    {
        _connectionString ??= MongoFixture.NewDatabase(await fixture.ServerAsync());
        var database = new MongoDatabase(_connectionString);
        _connection = database.Connection;
        return database.Store;
    }

    protected override Task<DateTimeOffset> NowAsync() => _connection!.AskAsync(Token);

    /// <summary>The server's clock goes on by itself: what is stored is made older.</summary>
    protected override async Task PassAsync(TimeSpan time)
    {
        var added = await _connection!.FindAsync(
            MongoSchema.Images, [], new FindOptions<BsonDocument>(), document => (Id: document["_id"].ToId(), At: document["addedAt"].ToDate()), Token);
        await _connection.WriteAsync(
            MongoSchema.Images,
            [.. added.Select(image => new UpdateOneModel<BsonDocument>(
                new BsonDocument { { "_id", image.Id } }, new BsonDocument("$set", new BsonDocument { { "addedAt", image.At - time } })))],
            Token);
    }

    protected override async Task TickAsync()
    {
        var now = await NowAsync();
        await Eventually.BecomesTrue(async () => await NowAsync() > now);
    }
}
