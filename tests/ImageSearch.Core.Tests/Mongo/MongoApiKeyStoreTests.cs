using ImageSearch.Core.Mongo;
using ImageSearch.Core.Security;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public class MongoApiKeyStoreTests(MongoFixture fixture) : ApiKeyStoreTests
{
    private readonly List<MongoClient> _clients = [];
    private string? _connectionString;

    protected override async Task<IApiKeyStore> OpenAsync()
    {
        _connectionString ??= MongoFixture.NewDatabase(await fixture.StandaloneAsync());
        var client = new MongoClient(_connectionString);
        _clients.Add(client);
        return new MongoApiKeyStore(client, Clock);
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
