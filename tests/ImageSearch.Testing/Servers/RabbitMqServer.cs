using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RabbitMQ.Client;

namespace ImageSearch.Testing.Servers;

/// <summary>
/// A RabbitMQ of its own for tests: own node name, ports, directories, cookie and name server (epmd), loopback only, no plugins. It dies with
/// this process and leaves nothing behind.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>The wrapper in /usr/sbin insists on a user of its own.</summary>
    private const string Programs = "/usr/lib/rabbitmq/bin";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ControlDeadline = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory? _temporary;
    private readonly string _directory;
    private readonly int _distributionPort;
    private readonly int _epmdPort;
    private Process? _epmd;
    private Process? _broker;

    private RabbitMqServer()
    {
        int[] ports = FreePorts(3);
        (Port, _distributionPort, _epmdPort) = (ports[0], ports[1], ports[2]);
        _temporary = new TemporaryDirectory();
        _directory = _temporary.Path;
    }

    private RabbitMqServer(string[] handle)
    {
        int[] ports = [.. handle[..3].Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        (Port, _distributionPort, _epmdPort) = (ports[0], ports[1], ports[2]);
        _directory = handle[3];
    }

    public int Port { get; }

    /// <summary>As user guest, who may do everything.</summary>
    public string ConnectionString => ConnectionStringOf("guest", "guest");

    /// <summary>Null when it can run here, else what to do about it.</summary>
    public static string? Missing => !OperatingSystem.IsLinux() ? "RabbitMQ is started for tests on Linux only."
        : !File.Exists(Path.Combine(Programs, "rabbitmq-server")) || ServerPrograms.Find("epmd") is null ? "RabbitMQ is not installed: apt-get install rabbitmq-server."
        : null;

    /// <summary>The broker that all projects of a run share; null when each starts its own. It cannot be stopped through this.</summary>
    public static RabbitMqServer? OfRun =>
        Environment.GetEnvironmentVariable(ServersOfRun.RabbitMq) is { Length: > 0 } handle ? new RabbitMqServer(handle.Split(';')) : null;

    /// <summary>What <see cref="OfRun"/> reads in other processes.</summary>
    internal string Handle => $"{Port};{_distributionPort};{_epmdPort};{_directory}";

    public static async Task<RabbitMqServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new RabbitMqServer();
        try
        {
            await server.WriteConfigurationAsync(cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionStringOf(string user, string password) =>
        $"amqp://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@127.0.0.1:{Port}/";

    /// <summary>Starts the stopped or killed server with the data that it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (_epmd is null or { HasExited: true })
        {
            _epmd = await LaunchAsync(ServerPrograms.Find("epmd")!);
        }

        _broker = await LaunchAsync(Path.Combine(Programs, "rabbitmq-server"));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        var factory = new ConnectionFactory { Uri = new Uri(ConnectionString), AutomaticRecoveryEnabled = false };
        while (true)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(deadline.Token);
                return;
            }
            catch (Exception e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_broker.HasExited || deadline.IsCancellationRequested)
                {
                    throw new InvalidOperationException(
                        $"RabbitMQ {(_broker.HasExited ? $"ended with code {_broker.ExitCode}" : "did not answer in time")}. Its log ends: {LogTail()}", e);
                }
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Stops it in order (TERM).</summary>
    public async Task StopAsync()
    {
        if (_broker is { HasExited: false } broker)
        {
            using var deadline = new CancellationTokenSource(StopDeadline);
            _ = kill(broker.Id, 15);
            await broker.WaitForExitAsync(deadline.Token);
        }
    }

    /// <summary>Stops it at once (KILL).</summary>
    public void Kill()
    {
        if (_broker is { HasExited: false } broker)
        {
            broker.Kill();
            broker.WaitForExit(StopDeadline);
        }
    }

    /// <summary>Kills it and starts it without anything that it knew: queues, messages, users.</summary>
    public async Task LoseEverythingAsync(CancellationToken cancellationToken = default)
    {
        Kill();
        Directory.Delete(Combine("data"), recursive: true);
        await StartAgainAsync(cancellationToken);
    }

    /// <summary>A user who may do everything, other than guest from other hosts too.</summary>
    public async Task AddUserAsync(string user, string password, CancellationToken cancellationToken = default)
    {
        await ControlAsync(["add_user", user, password], cancellationToken);
        await ControlAsync(["set_permissions", user, ".*", ".*", ".*"], cancellationToken);
    }

    /// <summary>Runs <c>rabbitmqctl</c>: half a second.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> ControlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var info = new ProcessStartInfo(Path.Combine(Programs, "rabbitmqctl"), ["--quiet", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        SetEnvironment(info);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ControlDeadline);
        using var control = await TiedProcess.StartAsync(info);
        var error = control.StandardError.ReadToEndAsync(deadline.Token);
        var output = await control.StandardOutput.ReadToEndAsync(deadline.Token);
        await control.WaitForExitAsync(deadline.Token);
        return control.ExitCode == 0 ? output
            : throw new InvalidOperationException($"rabbitmqctl {arguments[0]} ended with code {control.ExitCode}: {output}{await error}");
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        _broker?.Dispose();
        if (_epmd is { HasExited: false })
        {
            _epmd.Kill();
        }

        _epmd?.Dispose();
        _temporary?.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Combine(string name) => Path.Combine(_directory, name);

    private async Task WriteConfigurationAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Combine("home"));
        await File.WriteAllTextAsync(Combine("enabled_plugins"), "[].\n", cancellationToken);
        await File.WriteAllTextAsync(
            Combine("rabbitmq.conf"),
            $"""
            listeners.tcp.default = 127.0.0.1:{Port}
            log.file.level = warning
            vm_memory_high_watermark.absolute = 512MB
            raft.wal_max_size_bytes = 33554432

            """,
            cancellationToken);
    }

    private Task<Process> LaunchAsync(string program)
    {
        var info = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" > \"$1\" 2>&1 < /dev/null", program, Combine($"{Path.GetFileName(program)}.out")]);
        SetEnvironment(info);
        return TiedProcess.StartAsync(info);
    }

    private void SetEnvironment(ProcessStartInfo info)
    {
        const string Distribution = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}";
        Dictionary<string, string> variables = new()
        {
            // The Erlang cookie is made in HOME.
            ["HOME"] = Combine("home"),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Text(_epmdPort),
            ["RABBITMQ_NODENAME"] = $"rabbit{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Text(Port),
            ["RABBITMQ_DIST_PORT"] = Text(_distributionPort),
            ["RABBITMQ_MNESIA_BASE"] = Combine("data"),
            ["RABBITMQ_LOG_BASE"] = Combine("log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Combine("enabled_plugins"),
            ["RABBITMQ_PID_FILE"] = Combine("pid"),
            ["RABBITMQ_CONFIG_FILE"] = Combine("rabbitmq"),
            ["RABBITMQ_CONF_ENV_FILE"] = Combine("no-rabbitmq-env.conf"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = $"{Distribution} +S 2:2 +sbwt none",
            ["RABBITMQ_CTL_ERL_ARGS"] = Distribution,
            // The script then becomes the broker instead of looking after it: what is killed is the broker itself.
            ["detached"] = "true",
        };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }
    }

    private string LogTail() => string.Join('\n', Directory.GetFiles(_directory, "*.out")
        .Concat(Directory.Exists(Combine("log")) ? Directory.GetFiles(Combine("log"), "*.log") : [])
        .Select(file => $"{Path.GetFileName(file)}: {string.Join('\n', File.ReadLines(file).TakeLast(20))}"));

    /// <summary>All at once, so that they differ.</summary>
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
