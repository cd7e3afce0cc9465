using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ImageSearch.Testing.Servers;

/// <summary>
/// A real S3 server, <c>s3rver</c> from npm, on a port of the operating system's choice. It knows one key and checks its id, not the
/// signature. Node ends by itself when this process does.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string AccessKey = "S3RVER";
    public const string SecretKey = "S3RVER";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly string? Script = FindScript();

    private readonly TemporaryDirectory? _temporary;
    private readonly string _directory;
    private readonly StringBuilder _log = new();
    private Process? _process;

    private S3Server()
    {
        _temporary = new TemporaryDirectory();
        _directory = _temporary.Path;
    }

    private S3Server(string[] handle) => (Port, _directory) = (int.Parse(handle[0], CultureInfo.InvariantCulture), handle[1]);

    /// <summary>The server that all projects of a run share; null when each starts its own. It cannot be stopped through this.</summary>
    public static S3Server? OfRun => Environment.GetEnvironmentVariable(ServersOfRun.S3) is { Length: > 0 } handle ? new S3Server(handle.Split(';')) : null;

    /// <summary>What <see cref="OfRun"/> reads in other processes.</summary>
    internal string Handle => $"{Port};{_directory}";

    /// <summary>Null when the server can run here, else what to install.</summary>
    public static string? Missing => Script is not null ? null : "s3rver is not there: run npm ci in the repository's root, and have node on the PATH.";

    public int Port { get; private set; }

    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>Of the bucket <c>imagesearch</c>.</summary>
    public string ConnectionString => ConnectionStringOf("imagesearch");

    /// <summary>Where the objects of a bucket lie, so that a test can look and can break it.</summary>
    public string DirectoryOf(string bucket) => Path.Combine(_directory, "data", bucket);

    public string ConnectionStringOf(string bucket) => $"Endpoint={Endpoint};Bucket={bucket};AccessKey={AccessKey};SecretKey={SecretKey}";

    public static async Task<S3Server> StartAsync(CancellationToken cancellationToken)
    {
        var server = new S3Server();
        try
        {
            await server.RunAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port, with the same objects.</summary>
    public Task StartAgainAsync() => RunAsync(CancellationToken.None);

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
    }

    /// <summary>Ends it as its owner would. It keeps nothing in memory: what it does not answer is what an outage loses.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.StandardInput.Close();
            using var deadline = new CancellationTokenSource(Deadline);
            await _process.WaitForExitAsync(deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        _process?.Dispose();
        await Task.Run(() => _temporary?.Dispose());
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        _process?.Dispose();
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("node", [Script!, _directory, Port.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();

        // It prints its port when it listens, and nothing after.
        var first = await _process.StandardOutput.ReadLineAsync(deadline.Token);
        Port = int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new InvalidOperationException($"s3rver did not start: {Log()}");
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private string Log()
    {
        _process!.WaitForExit(Deadline); // standard error is complete then
        lock (_log)
        {
            return _log.ToString();
        }
    }

    private static string? FindScript()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ImageSearch.sln")))
            {
                return Directory.Exists(Path.Combine(directory.FullName, "node_modules", "s3rver")) && IsOnPath("node")
                    ? Path.Combine(directory.FullName, "tests", "ImageSearch.Testing", "Servers", "s3server.js")
                    : null;
            }
        }

        return null;
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
