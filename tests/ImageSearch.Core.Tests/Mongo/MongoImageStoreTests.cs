using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>On a standalone server.</summary>
public class MongoImageStoreTests(MongoFixture fixture) : ImageStoreTests
{
    private MongoConnection? _connection;
    private string? _connectionString;

    protected MongoFixture Fixture { get; } = fixture;

    protected virtual async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.StandaloneAsync());

    protected override async Task<IImageStore> OpenAsync()
    {
        _connectionString ??= await NewDatabaseAsync();
        _connection = new MongoConnection(_connectionString);
        return new MongoImageStore(_connection, new MongoSchema(_connection), Options.Create(new MongoOptions()));
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
