using System.Globalization;
using ImageSearch.Testing.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.EndToEnd.Tests.Backends;

internal static class RabbitMqServerExtensions
{
    public static async Task AddVirtualHostAsync(this RabbitMqServer broker, string name)
    {
        await broker.ControlAsync(["add_vhost", name]);
        await broker.ControlAsync(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
    }

    /// <returns>Messages that wait in a queue; null when there is no such queue.</returns>
    public static async Task<long?> WaitingInAsync(this RabbitMqServer broker, string queue, string virtualHost)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker.ConnectionString + virtualHost), AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason is { ReplyCode: Constants.NotFound })
        {
            return null;
        }
    }

    /// <summary>Asks by <c>rabbitmqctl</c>, which costs more than a second of a core: not for waiting in a loop.</summary>
    /// <returns>Messages in each queue, waiting and unacknowledged.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> QueuesAsync(this RabbitMqServer broker, string virtualHost = "/")
    {
        var lines = await broker.ControlAsync(["list_queues", "-p", virtualHost, "--no-table-headers", "name", "messages"]);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
