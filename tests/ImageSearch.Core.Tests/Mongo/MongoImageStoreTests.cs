using ImageSearch.Core.Mongo;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>On a standalone server.</summary>
public class MongoImageStoreTests(MongoFixture fixture) : ImageStoreTests
{
    private readonly List<MongoClient> _clients = [];
    private string? _connectionString;

    protected MongoFixture Fixture { get; } = fixture;

    protected virtual async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.StandaloneAsync());

    protected override async Task<IImageStore> OpenAsync()
    {
        _connectionString ??= await NewDatabaseAsync();
        var client = new MongoClient(_connectionString);
        _clients.Add(client);
        return new MongoImageStore(client, new MongoSchema(client), Options.Create(new MongoOptions()));
    }

    protected override async Task<DateTimeOffset> NowAsync() => (await _clients[0].AskAsync(Token)).LocalTime;

    /// <summary>The server's clock goes on by itself: what is stored is made older.</summary>
    protected override async Task PassAsync(TimeSpan time)
    {
        var added = await _clients[0].FindAsync(
            MongoSchema.Images, new BsonDocument(), new BsonDocument(), document => (Id: document["_id"u8].ToId(), At: document["addedAt"u8].ToDate()), Token);
        await _clients[0].WriteManyAsync(
            MongoWriteKind.Update,
            MongoSchema.Images,
            [.. added.Select(image => new BsonDocument
            {
                { "q", new BsonDocument { { "_id", image.Id } } },
                { "u", new BsonDocument { { "$set", new BsonDocument { { "addedAt", image.At - time } } } } },
            })],
            Token);
    }

    protected override async Task TickAsync()
    {
        var now = await NowAsync();
        await Eventually.BecomesTrue(async () => await NowAsync() > now);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
