using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(MongoFixture))]

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>The servers that tests of this assembly share, started when the first one asks; each test has a database of its own.</summary>
public sealed class MongoFixture : IAsyncDisposable
{
    private readonly Lazy<Task<MongoServer>> _standalone = new(() => MongoServer.StartAsync(CancellationToken.None));
    private readonly Lazy<Task<MongoServer>> _replicaSet = new(() => MongoServer.StartReplicaSetAsync(CancellationToken.None));

    public Task<MongoServer> StandaloneAsync() => StartAsync(_standalone);

    public Task<MongoServer> ReplicaSetAsync() => StartAsync(_replicaSet);

    /// <returns>A connection string that names a database nobody else has.</returns>
    public static string NewDatabase(MongoServer server) => server.ConnectionStringOf($"test-{Guid.NewGuid():N}");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _standalone, _replicaSet }.Where(server => server.IsValueCreated))
        {
            await (await server.Value).DisposeAsync();
        }
    }

    private static Task<MongoServer> StartAsync(Lazy<Task<MongoServer>> server)
    {
        Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");
        return server.Value;
    }
}
