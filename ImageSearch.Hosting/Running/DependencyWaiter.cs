using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Hosting.Running;

/// <summary>Holds a resource back until what it waits for is there; a dependency that cannot come fails the wait.</summary>
internal sealed class DependencyWaiter(ResourceNotificationService notifications)
{
    public async Task WaitAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            await WaitAsync(resource, wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        // A database is there when its server is; what is no process (a parameter, a connection string) is there from the start.
        var dependency = wait.Resource is IResourceWithParent { Parent: var parent } ? parent : wait.Resource;
        if (dependency is not (ProjectResource or ExecutableResource or ContainerResource))
        {
            return;
        }

        await foreach (var update in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!ReferenceEquals(update.Resource, dependency))
            {
                continue;
            }

            var instances = notifications.InstancesOf(dependency);
            if (instances.Any(i => i.Snapshot.State?.Text == KnownResourceStates.FailedToStart))
            {
                throw new DistributedApplicationException(
                    $"'{resource.Name}' was not started: '{wait.Resource.Name}', for which it waits, failed to start.");
            }

            if (wait.WaitType == WaitType.WaitUntilHealthy
                ? instances.All(i => i.Snapshot.HealthStatus == HealthStatus.Healthy)
                : IsCompleted(resource, wait, instances))
            {
                return;
            }
        }
    }

    private static bool IsCompleted(IResource resource, WaitAnnotation wait, ResourceEvent[] instances)
    {
        var ended = instances.Where(i => i.Snapshot.State?.Text is "Exited" or "Finished").ToArray();
        var wrong = ended.FirstOrDefault(i => i.Snapshot.ExitCode != wait.ExitCode);
        return wrong is null
            ? ended.Length == instances.Length
            : throw new DistributedApplicationException(
                $"'{resource.Name}' was not started: '{wait.Resource.Name}' ended with exit code {wrong.Snapshot.ExitCode} instead of {wait.ExitCode}.");
    }
}
