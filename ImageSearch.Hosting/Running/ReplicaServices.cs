using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running.Servers;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Running;

/// <summary>What all replicas share.</summary>
internal sealed class ReplicaServices(
    RunningOptions options,
    IResourceCollection resources,
    ResourceNotificationService notifications,
    EnvironmentResolver environment,
    LocalServers servers,
    ILoggerFactory loggers,
    TimeProvider clock) : IDisposable
{
    public RunningOptions Options { get; } = options;

    public IResourceCollection Resources { get; } = resources;

    public ResourceNotificationService Notifications { get; } = notifications;

    public EnvironmentResolver Environment { get; } = environment;

    public TimeProvider Clock { get; } = clock;

    public DependencyWaiter Dependencies { get; } = new(notifications);

    public LocalServers Servers { get; } = servers;

    public LaunchCommandResolver Commands { get; } = new(servers);

    public HealthMonitor Health { get; } = new(options, servers);

    public void Dispose() => Health.Dispose();

    public ILogger ConsoleOf(IResource resource) => loggers.CreateLogger(PrefixConsoleFormatter.ResourceCategory + resource.Name);
}
