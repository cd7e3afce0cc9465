using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(MongoFixture))]

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>The servers that tests share; each test has a database of its own.</summary>
public sealed class MongoFixture : IAsyncDisposable
{
    private readonly MongoServerFixture _standalone = new();
    private readonly MongoReplicaSetFixture _replicaSet = new();

    public Task<MongoServer> StandaloneAsync() => _standalone.GetAsync();

    public Task<MongoServer> ReplicaSetAsync() => _replicaSet.GetAsync();

    /// <returns>A connection string that names a database nobody else has.</returns>
    public static string NewDatabase(MongoServer server) => server.ConnectionStringOf($"test-{Guid.NewGuid():N}");

    public async ValueTask DisposeAsync()
    {
        await _standalone.DisposeAsync();
        await _replicaSet.DisposeAsync();
    }
}
