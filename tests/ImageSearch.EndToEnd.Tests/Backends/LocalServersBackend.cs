using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>The servers that the AppHost starts by itself when it is given no connection strings.</summary>
public sealed class LocalServersBackend : TestBackend
{
    public override string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing;

    public override Task<IReadOnlyList<string>> AddSystemAsync() => Task.FromResult<IReadOnlyList<string>>(["--backend", "servers"]);
}
