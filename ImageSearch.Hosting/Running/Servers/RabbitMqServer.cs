using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>
/// RabbitMQ as a private node: its own ports on the loopback interface, its own port mapper, and all that it writes in one directory.
/// </summary>
internal sealed class RabbitMqServer(RabbitMQServerResource resource, Volumes volumes, PortAllocator ports) : ILocalServer
{
    private const string DataTarget = "/var/lib/rabbitmq";
    private const string Management = "management";

    // Debian's command on the PATH insists on its own user; the script behind it does not.
    private const string PackagedScript = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private const byte MethodFrame = 1;

    private static readonly byte[] ProtocolHeader = "AMQP\0\0\u0009\u0001"u8.ToArray();

    private readonly Lazy<(int Distribution, int PortMapper)> _ports = new(() => (ports.Allocate(), ports.Allocate()));

    public string? Missing => Script is null || Tool.Find("epmd") is null
        ? $"'{resource.Name}' needs rabbitmq-server: install it (Debian, Ubuntu: apt-get install rabbitmq-server), "
            + $"or set ConnectionStrings:{resource.Name} to use one that runs elsewhere."
        : null;

    private static string? Script => File.Exists(PackagedScript) ? PackagedScript : Tool.Find("rabbitmq-server");

    private int Port => resource.PrimaryEndpoint.Port;

    public async Task<LaunchCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        var directory = volumes.DirectoryOf(resource, DataTarget);
        string Below(string name) => Path.Combine(directory, name);

        OwnerOnlyFile.Write(Below("rabbitmq.conf"), await ConfigurationAsync(cancellationToken).ConfigureAwait(false));
        OwnerOnlyFile.Write(Below("enabled_plugins"), ManagementPort is null ? "[].\n" : "[rabbitmq_management].\n");
        OwnerOnlyFile.Write(Below("rabbitmqctl.sh"), ControlScript(directory));
        var script = Path.Combine(AppContext.BaseDirectory, "Running", "Servers", "rabbitmq.sh");
        return new LaunchCommand("sh", [script, directory, Script!], directory)
        {
            Environment = new Dictionary<string, string>
            {
                // The data lies in a folder of the node's name, so the name must stay; no other node meets this one's port mapper.
                ["RABBITMQ_NODENAME"] = "rabbit@localhost",
                ["RABBITMQ_CONFIG_FILE"] = Below("rabbitmq.conf"),
                ["RABBITMQ_MNESIA_BASE"] = Below("mnesia"),
                ["RABBITMQ_LOG_BASE"] = Below("log"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Below("enabled_plugins"),
                ["RABBITMQ_PID_FILE"] = Below("pid"),
                ["RABBITMQ_DIST_PORT"] = Text(_ports.Value.Distribution),
                ["ERL_EPMD_PORT"] = Text(_ports.Value.PortMapper),
                ["HOME"] = directory,

                // What the machine's own broker is configured with is not this one's.
                ["RABBITMQ_CONF_ENV_FILE"] = Below("none"),
                ["RABBITMQ_CONFIG_FILES"] = Below("none"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Below("none"),

                // Said to allow input, the script becomes the node instead of standing before it; then there is no input to read.
                ["RABBITMQ_ALLOW_INPUT"] = "true",
                ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
            },
        };
    }

    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken).ConfigureAwait(false);
        var stream = client.GetStream();
        await stream.WriteAsync(ProtocolHeader, cancellationToken).ConfigureAwait(false);
        var first = new byte[1];
        var read = await stream.ReadAsync(first, cancellationToken).ConfigureAwait(false);
        return read == 1 && first[0] == MethodFrame ? null : $"Port {Text(Port)} does not speak AMQP 0-9-1.";
    }

    private int? ManagementPort => resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(e => e.Name == Management)?.AllocatedPorts[0];

    // The user comes into being with the database; that is why the password is kept as long as the data.
    private async Task<string> ConfigurationAsync(CancellationToken cancellationToken) =>
        $"""
        listeners.tcp.local = 127.0.0.1:{Text(Port)}
        default_user = {await resource.UserName.GetValueAsync(cancellationToken).ConfigureAwait(false)}
        default_pass = {await resource.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false)}
        log.console = true
        log.console.level = warning
        log.console.use_colors = off
        # A health check greets and hangs up, which would be a warning every time.
        log.connection.level = error
        log.file.level = info
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3
        # Held in memory until it is full; the default is 512 MB.
        raft.wal_max_size_bytes = 67108864
        {(ManagementPort is { } port ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {Text(port)}" : "")}

        """;

    /// <summary>For the operator: the node answers only to who knows its ports and its cookie.</summary>
    private string ControlScript(string directory) =>
        $"""
        # rabbitmqctl for the node of this directory, written anew at every start: sh rabbitmqctl.sh list_queues
        export HOME="{directory}" ERL_EPMD_PORT={Text(_ports.Value.PortMapper)}
        exec "{Path.Combine(Path.GetDirectoryName(Script!)!, "rabbitmqctl")}" -n rabbit@localhost "$@"

        """;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
