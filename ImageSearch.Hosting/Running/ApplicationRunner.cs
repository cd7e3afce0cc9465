using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Dashboard;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Running;

/// <summary>Gives every replica its ports, starts them all, and stops them all.</summary>
internal sealed class ApplicationRunner(
    IResourceCollection resources,
    RunningOptions options,
    PortAllocator ports,
    ReplicaServices services,
    DashboardHost dashboard,
    ILogger<ApplicationRunner> logger) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _announcements = [];
    private bool _disposed;

    public IReadOnlyList<Replica> Replicas { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RefuseWhatCannotRun();
        AllocatePorts();
        var telemetry = dashboard.Prepare();
        Replicas = [.. resources.Where(IsProcess)
            .SelectMany(r => Enumerable.Range(0, ReplicasOf(r)).Select(i => new Replica(r, i, services, telemetry)))];
        foreach (var parameter in resources.OfType<ParameterResource>())
        {
            await AnnounceAsync(parameter, cancellationToken).ConfigureAwait(false);
        }

        foreach (var replica in Replicas)
        {
            replica.Announce();
        }

        dashboard.Start(Replicas, _stopping.Token);
        foreach (var replica in Replicas)
        {
            await replica.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsExternal))
            {
                var url = endpoint.UrlOf(endpoint.AllocatedPorts[0]);
                Log.Listening(logger, resource.Name, url);
                _announcements.Add(AnnounceReadyAsync(resource.Name, url));
            }
        }
    }

    /// <summary>What somebody who has just started the application waits for, behind everything that the services say while they start.</summary>
    private async Task AnnounceReadyAsync(string resource, string url)
    {
        try
        {
            await services.Notifications.WaitForResourceHealthyAsync(resource, _stopping.Token).ConfigureAwait(false);
            Log.Ready(logger, resource, url);
        }
        catch (Exception e) when (e is OperationCanceledException or DistributedApplicationException)
        {
            // It never became ready; its own log says why.
        }
    }

    public Task WhenAllStartedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Replicas.Select(r => r.StartedOnce)).WaitAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);

        // Servers last: on its way out a service hands back the work that it has not done.
        await StopAsync(Replicas.Where(r => r.Resource is not ContainerResource)).ConfigureAwait(false);
        await Task.WhenAll([StopAsync(Replicas.Where(r => r.Resource is ContainerResource)), dashboard.StopAsync(), .. _announcements]).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // The container holds this object twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync().ConfigureAwait(false);
        }

        Replicas = [];
        _stopping.Dispose();
    }

    // Parameters run nothing; the dashboard lists them with their values.
    private async Task AnnounceAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        var value = await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
        await services.Notifications.PublishUpdateAsync(parameter, parameter.Name, s => s with
        {
            ResourceType = "Parameter",
            CreationTimeStamp = services.Clock.GetUtcNow().UtcDateTime,
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            Properties = [new("Value", value) { IsSensitive = parameter.Secret }],
        }).ConfigureAwait(false);
    }

    private static Task StopAsync(IEnumerable<Replica> replicas) => Task.WhenAll(replicas.Select(r => r.StopAsync(CancellationToken.None)));

    private static bool IsProcess(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;

    private static int ReplicasOf(IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    private void RefuseWhatCannotRun()
    {
        var containers = resources.OfType<ContainerResource>().Where(c => services.Servers.For(c) is null).Select(c => $"'{c.Name}'").ToArray();
        string[] problems =
        [
            .. resources.Select(r => services.Servers.For(r)?.Missing).OfType<string>(),
            .. containers.Length == 0
                ? Array.Empty<string>()
                : [$"Containers are not supported by this host: {string.Join(", ", containers)}. Build with -p:UseAspirePackages=true to run them."],
        ];
        if (problems.Length > 0)
        {
            throw new DistributedApplicationException(
                $"Nothing was started, something is missing:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}");
        }
    }

    private void AllocatePorts()
    {
        foreach (var resource in resources.Where(IsProcess))
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.AllocatedPorts.Clear();
                for (var replica = 0; replica < ReplicasOf(resource); replica++)
                {
                    // Without a proxy a fixed port can have one listener; further replicas get their own. The target port of a container
                    // is the one inside it, which says nothing about this machine.
                    var port = resource is ContainerResource ? endpoint.Port : endpoint.TargetPort ?? endpoint.Port;
                    var wanted = replica == 0 && !options.RandomizePorts ? port : null;
                    endpoint.AllocatedPorts.Add(wanted is null ? ports.Allocate() : RequireFree(resource, wanted.Value));
                }
            }
        }
    }

    private static int RequireFree(IResource resource, int port) => PortAllocator.IsFree(port)
        ? port
        : throw new DistributedApplicationException(
            $"Port {port}, which '{resource.Name}' is to listen on, is in use. Stop what uses it, or choose another port.");
}
