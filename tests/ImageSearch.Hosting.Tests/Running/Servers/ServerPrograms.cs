using ImageSearch.Testing.Servers;

namespace ImageSearch.Hosting.Tests.Running.Servers;

internal static class ServerPrograms
{
    /// <summary>Why tests with real servers cannot run here; null when they can.</summary>
    public static string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing;
}
