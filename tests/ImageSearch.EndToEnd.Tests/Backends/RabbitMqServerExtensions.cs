using System.Globalization;
using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Backends;

internal static class RabbitMqServerExtensions
{
    public static async Task AddVirtualHostAsync(this RabbitMqServer broker, string name)
    {
        await broker.ControlAsync(["add_vhost", name]);
        await broker.ControlAsync(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
    }

    /// <returns>Messages in each queue, waiting and unacknowledged.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> QueuesAsync(this RabbitMqServer broker, string virtualHost = "/")
    {
        var lines = await broker.ControlAsync(["list_queues", "-p", virtualHost, "--no-table-headers", "name", "messages"]);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
