using ImageSearch.Core.Imports;
using ImageSearch.Core.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public class MongoImportStoreTests(MongoFixture fixture) : ImportStoreTests
{
    private string? _connectionString;

    protected MongoFixture Fixture { get; } = fixture;

    protected virtual async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.StandaloneAsync());

    protected override async Task<IImportStore> OpenAsync()
    {
        _connectionString ??= await NewDatabaseAsync();
        var connection = new MongoConnection(_connectionString);
        return new MongoImportStore(connection, new MongoSchema(connection), Clock);
    }
}
