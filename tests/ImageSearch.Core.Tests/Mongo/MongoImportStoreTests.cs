using ImageSearch.Core.Imports;
using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoImportStoreTests(MongoFixture fixture) : ImportStoreTests
{
    private string? _connectionString;

    protected override async Task<IImportStore> OpenAsync()
    {
        _connectionString ??= MongoFixture.NewDatabase(await fixture.ServerAsync());
        var connection = new MongoConnection(_connectionString);
        return new MongoImportStore(connection, new MongoSchema(connection), Clock);
    }
}
