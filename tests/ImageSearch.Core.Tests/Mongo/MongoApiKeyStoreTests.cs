using ImageSearch.Core.Mongo;
using ImageSearch.Core.Security;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public class MongoApiKeyStoreTests(MongoFixture fixture) : ApiKeyStoreTests
{
    private string? _connectionString;

    protected override async Task<IApiKeyStore> OpenAsync()
    {
        _connectionString ??= MongoFixture.NewDatabase(await fixture.ServerAsync());
        var connection = new MongoConnection(_connectionString);
        return new MongoApiKeyStore(connection, Clock);
    }
}
