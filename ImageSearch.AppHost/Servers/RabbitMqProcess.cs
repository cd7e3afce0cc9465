using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace ImageSearch.AppHost;

/// <summary>
/// RabbitMQ as a process of this machine, for where no container engine runs: loopback only, all that it writes in one directory.
/// </summary>
internal sealed class RabbitMqProcess(string name, string command, string directory, ParameterResource password)
    : ExecutableResource(name, command, directory), IResourceWithConnectionString
{
    private const string User = "guest";

    // The data lies in a folder of the node's name, so the name must stay; no other node meets this one's port mapper.
    private const string Node = "rabbit@localhost";

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"amqp://{User}:{password}@{Endpoint.Property(EndpointProperty.IPV4Host)}:{Endpoint.Property(EndpointProperty.Port)}");

    private EndpointReference Endpoint => new(this, "tcp");

    public static IResourceBuilder<RabbitMqProcess> Add(
        IDistributedApplicationBuilder builder, string name, string program, string directory, IResourceBuilder<ParameterResource> password)
    {
        // Erlang would start a port mapper that outlives every node. This one is a process of the AppHost and ends with it.
        var portMapper = builder.AddExecutable($"{name}-epmd", "epmd", builder.AppHostDirectory)
            .WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false, env: "ERL_EPMD_PORT")
            .WithEnvironment("ERL_EPMD_ADDRESS", "127.0.0.1")
            .WithRestarts();

        // Two nodes on one directory would ruin it: the node inherits the lock and holds it until it has ended.
        string[] command = ServerPrograms.OnPath("flock") is { } flock
            ? [flock, "--nonblock", "--no-fork", Path.Combine(directory, "lock"), program]
            : [program];
        var broker = builder.AddResource(new RabbitMqProcess(name, command[0], directory, password.Resource))
            .WithArgs(command[1..])
            .WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false, env: "RABBITMQ_NODE_PORT")
            .WithEndpoint(name: "dist", scheme: "tcp", isProxied: false, env: "RABBITMQ_DIST_PORT")
            .WithEnvironment("ERL_EPMD_PORT", portMapper.GetEndpoint("tcp").Property(EndpointProperty.TargetPort))
            .WithEnvironment("HOME", directory)
            .WithEnvironment("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .WithEnvironment("RABBITMQ_NODENAME", Node)
            .WithEnvironment("RABBITMQ_DEFAULT_USER", User)
            .WithEnvironment("RABBITMQ_DEFAULT_PASS", password)
            .WithEnvironment("RABBITMQ_MNESIA_BASE", Path.Combine(directory, "mnesia"))
            .WithEnvironment("RABBITMQ_LOG_BASE", Path.Combine(directory, "log"))
            .WithEnvironment("RABBITMQ_PID_FILE", Path.Combine(directory, "pid"))
            .WithEnvironment("RABBITMQ_CONFIG_FILE", Path.Combine(directory, "rabbitmq.conf"))
            .WithEnvironment("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(directory, "enabled_plugins"))
            // What the machine's own broker is configured with is not this one's.
            .WithEnvironment("RABBITMQ_CONF_ENV_FILE", Path.Combine(directory, "none"))
            .WithEnvironment("RABBITMQ_CONFIG_FILES", Path.Combine(directory, "none"))
            .WithEnvironment("RABBITMQ_ADVANCED_CONFIG_FILE", Path.Combine(directory, "none"))
            // Said to allow input, the script becomes the node instead of standing before it; then there is no input to read.
            .WithEnvironment("RABBITMQ_ALLOW_INPUT", "true")
            .WithEnvironment("RABBITMQ_SERVER_START_ARGS", "-noinput")
            .WithEnvironment("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}")
            .WithHealthCheck($"{name}-answers")
            .WithRestarts()
            .WaitFor(portMapper);
        portMapper.WithParentRelationship(broker);

        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(broker.Resource, async (_, stop) =>
        {
            Directory.CreateDirectory(directory);
            await File.WriteAllTextAsync(Path.Combine(directory, "enabled_plugins"), "[].\n", stop);
            await File.WriteAllTextAsync(
                Path.Combine(directory, "rabbitmq.conf"),
                """
                log.console = true
                log.console.level = warning
                log.console.use_colors = off
                # A health check connects and hangs up.
                log.connection.level = error
                log.file.level = info
                log.file.rotation.size = 10485760
                log.file.rotation.count = 3
                # Held in memory until it is full; the default is 512 MB.
                raft.wal_max_size_bytes = 67108864

                """,
                stop);
            // For the operator: the node answers only to who knows its ports and its cookie.
            await File.WriteAllTextAsync(
                Path.Combine(directory, "rabbitmqctl.sh"),
                $"""
                # rabbitmqctl for the node of this directory: sh rabbitmqctl.sh list_queues
                export HOME="{directory}" ERL_EPMD_PORT={portMapper.GetEndpoint("tcp").Port}
                exec "{Path.Combine(Path.GetDirectoryName(program)!, "rabbitmqctl")}" -n {Node} "$@"

                """,
                stop);
        });
        builder.Services.AddHealthChecks().AddAsyncCheck($"{name}-answers", stop => broker.Resource.CheckAsync(stop));
        return broker;
    }

    private async Task<HealthCheckResult> CheckAsync(CancellationToken stop)
    {
        try
        {
            var address = await ConnectionStringExpression.GetValueAsync(stop);
            await using var connection = await new ConnectionFactory { Uri = new Uri(address!), AutomaticRecoveryEnabled = false }
                .CreateConnectionAsync(stop);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
