using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>
/// One RabbitMQ, MongoDB and S3 server for all systems of this assembly, started when the first of them needs it. Each system has a virtual
/// host, a database and a bucket of its own.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitMqServer>> _broker = new(() => RabbitMqServer.StartAsync(CancellationToken.None));
    private readonly Lazy<Task<MongoServer>> _database = new(() => MongoServer.StartAsync(CancellationToken.None));
    private readonly Lazy<Task<S3Server>> _blobs = new(() => S3Server.StartAsync(CancellationToken.None));

    public static string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing ?? S3Server.Missing;

    /// <summary>The only broker, for looking at its queues.</summary>
    public Task<RabbitMqServer> BrokerAsync() => _broker.Value;

    /// <param name="name">Of the virtual host, the database and the bucket.</param>
    /// <param name="blobs">False for pictures in files of the data directory.</param>
    public async Task<IReadOnlyList<string>> AddSystemAsync(string name, bool blobs = true)
    {
        await Task.WhenAll(_broker.Value, _database.Value, blobs ? _blobs.Value : Task.CompletedTask);
        var broker = await _broker.Value;
        await broker.AddVirtualHostAsync(name);
        return ServersBackend.Arguments(
            broker.ConnectionString + name, (await _database.Value).ConnectionStringOf(name), blobs ? (await _blobs.Value).ConnectionStringOf(name) : null);
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeAsync(_broker);
        await DisposeAsync(_database);
        await DisposeAsync(_blobs);
    }

    private static async Task DisposeAsync<T>(Lazy<Task<T>> server) where T : IAsyncDisposable
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
