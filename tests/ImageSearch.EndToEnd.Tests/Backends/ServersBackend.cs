namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>RabbitMQ, MongoDB and S3 as somebody else runs them: the AppHost is told where they are.</summary>
public sealed class ServersBackend(SharedServers servers) : TestBackend
{
    public override string? Missing => SharedServers.Missing;

    public override Task<IReadOnlyList<string>> AddSystemAsync() => servers.AddSystemAsync($"system-{Guid.NewGuid():N}");

    public static IReadOnlyList<string> Arguments(string broker, string database, string? blobs = null) =>
    [
        "--backend", "servers",
        $"--ConnectionStrings:rabbitmq={broker}",
        $"--ConnectionStrings:mongodb={database}",
        .. blobs is null ? (string[])[] : [$"--ConnectionStrings:s3={blobs}"],
    ];
}
