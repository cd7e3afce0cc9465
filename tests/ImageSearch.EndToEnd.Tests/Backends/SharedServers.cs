using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>
/// One RabbitMQ, MongoDB and S3 server for all systems. Each system has a virtual host, a database and a bucket of its own.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly RabbitMqServerFixture _broker = new();
    private readonly MongoServerFixture _database = new();
    private readonly S3ServerFixture _blobs = new();

    public static string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing ?? S3Server.Missing;

    /// <summary>The only broker, for looking at its queues.</summary>
    public Task<RabbitMqServer> BrokerAsync() => _broker.GetAsync();

    /// <param name="name">Of the virtual host, the database and the bucket.</param>
    /// <param name="blobs">False for pictures in files of the data directory.</param>
    public async Task<IReadOnlyList<string>> AddSystemAsync(string name, bool blobs = true)
    {
        await Task.WhenAll(_broker.GetAsync(), _database.GetAsync(), blobs ? _blobs.GetAsync() : Task.CompletedTask);
        var broker = await _broker.GetAsync();
        await broker.AddVirtualHostAsync(name);
        return ServersBackend.Arguments(
            broker.ConnectionString + name, (await _database.GetAsync()).ConnectionStringOf(name), blobs ? (await _blobs.GetAsync()).ConnectionStringOf(name) : null);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
        await _blobs.DisposeAsync();
    }
}
