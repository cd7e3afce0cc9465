using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public class MongoIdempotencyStoreTests(MongoFixture fixture) : IdempotencyStoreTests
{
    private string? _connectionString;

    protected MongoFixture Fixture { get; } = fixture;

    protected virtual async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.StandaloneAsync());

    protected override async Task<IIdempotencyStore> OpenAsync()
    {
        _connectionString ??= await NewDatabaseAsync();
        var connection = new MongoConnection(_connectionString);
        return new MongoIdempotencyStore(connection, new MongoSchema(connection), Clock);
    }
}
