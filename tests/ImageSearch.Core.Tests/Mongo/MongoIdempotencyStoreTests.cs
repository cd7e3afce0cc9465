using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public class MongoIdempotencyStoreTests(MongoFixture fixture) : IdempotencyStoreTests
{
    private readonly List<MongoClient> _clients = [];
    private string? _connectionString;

    protected MongoFixture Fixture { get; } = fixture;

    protected virtual async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.StandaloneAsync());

    protected override async Task<IIdempotencyStore> OpenAsync()
    {
        _connectionString ??= await NewDatabaseAsync();
        var client = new MongoClient(_connectionString);
        _clients.Add(client);
        return new MongoIdempotencyStore(client, new MongoSchema(client), Clock);
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
