using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ImageSearch.AppHost;

/// <summary>What this machine can run servers with.</summary>
/// <param name="HasContainerEngine">Whether Docker or Podman answers; a client alone starts nothing.</param>
/// <param name="RabbitMq">Path of <c>rabbitmq-server</c>; null when it is not installed.</param>
/// <param name="Mongod">Path of <c>mongod</c>; null when it is not on the PATH.</param>
/// <param name="MongodVersion">What it says that it is; null when it does not say.</param>
internal sealed partial record ServerPrograms(bool HasContainerEngine, string? RabbitMq, string? Mongod, Version? MongodVersion)
{
    // MongoDB.Driver, which the services use, speaks to no older one.
    private static readonly Version OldestMongoDb = new(4, 4);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    // Debian's command on the PATH insists on its own user; the script behind it does not.
    private const string PackagedRabbitMq = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    public string? RabbitMqProblem => HasContainerEngine || RabbitMq is not null ? null
        : $"--backend servers needs RabbitMQ: start Docker or Podman, install rabbitmq-server (Debian, Ubuntu: apt-get install rabbitmq-server), "
            + $"or set ConnectionStrings:{Backend.Broker} to one that runs elsewhere.";

    public string? MongoDbProblem => HasContainerEngine || MongodVersion >= OldestMongoDb ? null
        : $"--backend servers needs MongoDB {OldestMongoDb} or newer{MongodFound}: start Docker or Podman, install such a mongod, "
            + $"or set ConnectionStrings:{Backend.Database} to one that runs elsewhere.";

    private string MongodFound =>
        Mongod is null ? "" : MongodVersion is null ? $", and {Mongod} does not say its version" : $", and {Mongod} is {MongodVersion}";

    public static ServerPrograms Find()
    {
        var mongod = OnPath("mongod");
        var version = mongod is null ? null : MongoDbVersion().Match(Output(mongod, "--version") ?? "");
        return new ServerPrograms(
            // The server's version is what a client prints only when its engine answers.
            Output("docker", "version", "--format", "{{.Server.Version}}") is not null
                || Output("podman", "info", "--format", "{{.Version.Version}}") is not null,
            OnPath("epmd") is null ? null : File.Exists(PackagedRabbitMq) ? PackagedRabbitMq : OnPath("rabbitmq-server"),
            mongod,
            version?.Success == true ? Version.Parse(version.Groups[1].Value) : null);
    }

    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <returns>What the program printed; null when it is missing, failed or did not end in time.</returns>
    private static string? Output(string program, params string[] arguments)
    {
        if (OnPath(program) is not { } path && (path = Path.IsPathRooted(program) ? program : null) is null)
        {
            return null;
        }

        using var process =
            Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(AnswerLimit))
        {
            process.Kill(entireProcessTree: true);
            return null;
        }

        return process.ExitCode == 0 && output.Wait(AnswerLimit) ? output.Result : null;
    }

    [GeneratedRegex(@"db version v(\d+\.\d+\.\d+)")]
    private static partial Regex MongoDbVersion();
}
