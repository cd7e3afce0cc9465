using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The one place that knows the state of everything that runs; the dashboard, WaitFor and tests all look here.</summary>
public class ResourceNotificationService
{
    // A watcher this far behind would rather have the newest states than all of them.
    private const int WatcherBacklog = 10_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ResourceEvent> _current = new();
    private readonly List<Channel<ResourceEvent>> _watchers = [];

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var before = _current.TryGetValue(resourceId, out var known)
                ? known.Snapshot
                : new CustomResourceSnapshot { ResourceType = resource.GetType().Name, Properties = [] };
            var update = new ResourceEvent(resource, resourceId, stateFactory(before));
            _current[resourceId] = update;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(update);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The current state of every instance, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<ResourceEvent>(new BoundedChannelOptions(WatcherBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            foreach (var known in _current.Values)
            {
                channel.Writer.TryWrite(known);
            }

            _watchers.Add(channel);
        }

        try
        {
            await foreach (var update in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        resourceEvent = _current.GetValueOrDefault(resourceId)
            ?? _current.Values.FirstOrDefault(e => NameIs(e.Resource, resourceId));
        return resourceEvent is not null;
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var update in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (NameIs(update.Resource, resourceName) && predicate(update))
            {
                return update;
            }
        }

        throw new OperationCanceledException($"The wait for the resource '{resourceName}' was cancelled.", cancellationToken);
    }

    /// <summary>Waits until every replica of the resource runs and is healthy.</summary>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(
            resourceName,
            e => InstancesOf(e.Resource).All(i => i.Snapshot.HealthStatus == HealthStatus.Healthy),
            cancellationToken);

    internal ResourceEvent[] All() => [.. _current.Values];

    internal ResourceEvent[] InstancesOf(IResource resource) => [.. _current.Values.Where(e => ReferenceEquals(e.Resource, resource))];

    private static bool NameIs(IResource resource, string name) => string.Equals(resource.Name, name, StringComparison.OrdinalIgnoreCase);
}
