using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(MongoFixture))]

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>The server that tests share; each test has a database of its own.</summary>
public sealed class MongoFixture : IAsyncDisposable
{
    private readonly MongoServerFixture _server = new();

    public Task<MongoServer> ServerAsync() => _server.GetAsync();

    /// <returns>A connection string that names a database nobody else has.</returns>
    public static string NewDatabase(MongoServer server) => server.ConnectionStringOf($"test-{Guid.NewGuid():N}");

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
