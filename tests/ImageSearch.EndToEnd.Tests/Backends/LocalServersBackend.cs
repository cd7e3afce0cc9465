using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>
/// The servers that the AppHost starts by itself when it is given no connection strings. It refuses npm's mongod by its version, so that one
/// stands on the PATH behind a script that claims a newer one; services take it by the start-up hook.
/// </summary>
public sealed class LocalServersBackend : TestBackend
{
    private static readonly Lazy<string> Programs = new(WriteMongod);

    public override string? Missing => RabbitMqServer.Missing ?? MongoServer.Missing;

    public override Task<IReadOnlyList<string>> AddSystemAsync()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.StartsWith(Programs.Value, StringComparison.Ordinal))
        {
            Environment.SetEnvironmentVariable("PATH", $"{Programs.Value}{Path.PathSeparator}{path}");
        }

        return Task.FromResult<IReadOnlyList<string>>(["--backend", "servers"]);
    }

    private static string WriteMongod()
    {
        var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "mongod-of-tests")).FullName;
        var script = Path.Combine(directory, "mongod");
        File.WriteAllText(script, $"#!/bin/sh\n[ \"$1\" = --version ] && {{ echo 'db version v4.4.0'; exit; }}\nexec '{MongoServer.Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return directory;
    }
}
