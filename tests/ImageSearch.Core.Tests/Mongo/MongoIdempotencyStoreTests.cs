using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoIdempotencyStoreTests(MongoFixture fixture) : IdempotencyStoreTests
{
    private string? _connectionString;

    protected override async Task<IIdempotencyStore> OpenAsync()
    {
        _connectionString ??= MongoFixture.NewDatabase(await fixture.ServerAsync());
        var connection = new MongoConnection(_connectionString);
        return new MongoIdempotencyStore(connection, new MongoSchema(connection), Clock);
    }
}
