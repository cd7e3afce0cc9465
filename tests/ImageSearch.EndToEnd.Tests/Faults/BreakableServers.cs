using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>RabbitMQ and MongoDB of one test, to be stopped, killed and cut off: services reach them through proxies. Pictures are files.</summary>
internal sealed class BreakableServers : IAsyncDisposable
{
    private BreakableServers(RabbitMqServer broker, MongoServer database)
    {
        (Broker, Database) = (broker, database);
        BrokerLine = TcpProxy.To(broker.Port);
        DatabaseLine = TcpProxy.To(database.Port);
    }

    public static string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing;

    public RabbitMqServer Broker { get; }

    public MongoServer Database { get; }

    public TcpProxy BrokerLine { get; }

    public TcpProxy DatabaseLine { get; }

    public IReadOnlyList<string> Arguments => ArgumentsWith("guest:guest@");

    /// <param name="mongo">More arguments for mongod.</param>
    /// <param name="mongoData">Where its files lie; null for a folder that goes with it.</param>
    public static async Task<BreakableServers> StartAsync(IReadOnlyList<string>? mongo = null, string? mongoData = null)
    {
        var broker = RabbitMqServer.StartAsync(CancellationToken.None);
        var database = MongoServer.StartAsync(mongo ?? [], mongoData);
        return new BreakableServers(await broker, await database);
    }

    /// <param name="brokerUser"><c>user:password@</c>.</param>
    /// <param name="databaseUser">The same of a user in <c>admin</c>, or nothing.</param>
    public IReadOnlyList<string> ArgumentsWith(string brokerUser, string databaseUser = "") => ServersBackend.Arguments(
        $"amqp://{brokerUser}127.0.0.1:{BrokerLine.Port}", $"mongodb://{databaseUser}127.0.0.1:{DatabaseLine.Port}/imagesearch{(databaseUser is "" ? "" : "?authSource=admin")}");

    public async ValueTask DisposeAsync()
    {
        await BrokerLine.DisposeAsync();
        await DatabaseLine.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}
