using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Running;

/// <summary>What all replicas share.</summary>
internal sealed class ReplicaServices(
    RunningOptions options,
    IResourceCollection resources,
    ResourceNotificationService notifications,
    EnvironmentResolver environment,
    ILoggerFactory loggers,
    TimeProvider clock) : IDisposable
{
    public RunningOptions Options { get; } = options;

    public IResourceCollection Resources { get; } = resources;

    public ResourceNotificationService Notifications { get; } = notifications;

    public EnvironmentResolver Environment { get; } = environment;

    public TimeProvider Clock { get; } = clock;

    public DependencyWaiter Dependencies { get; } = new(notifications);

    public HealthMonitor Health { get; } = new(options);

    public void Dispose() => Health.Dispose();

    public ILogger ConsoleOf(IResource resource) => loggers.CreateLogger(PrefixConsoleFormatter.ResourceCategory + resource.Name);
}
