using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running;

/// <summary>
/// One process of a resource over its whole life: waits for its dependencies, starts, is watched, is started again after a crash,
/// and stops when asked to. Commands are taken one after the other.
/// </summary>
internal sealed class Replica(IResource resource, int index, ReplicaServices services, OtlpTarget? telemetry) : IAsyncDisposable
{
    private readonly SemaphoreSlim _commands = new(1, 1);
    private readonly TaskCompletionSource _startedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private int _restarts;

    // Something waits for this one's end: it is a job, and its end is no crash.
    private readonly bool _isJob = services.Resources.SelectMany(r => r.Annotations.OfType<WaitAnnotation>())
        .Any(w => w.WaitType == WaitType.WaitForCompletion && ReferenceEquals(w.Resource, resource));

    public IResource Resource { get; } = resource;

    /// <summary>Unique and new with every run of the AppHost; telemetry and dashboard find each other by it.</summary>
    public string InstanceId { get; } = InstanceIds.New();

    public string Id => $"{Resource.Name}-{InstanceId}";

    public LogBuffer Logs { get; } = new(services.Options.LogLines, services.Clock);

    /// <summary>Done when the first process has been started, or will not be.</summary>
    public Task StartedOnce => _startedOnce.Task;

    public void Announce() => Publish(s => s with
    {
        ResourceType = Resource switch { ProjectResource => "Project", ContainerResource => "Container", _ => "Executable" },
        CreationTimeStamp = Now,
        State = KnownResourceStates.Starting,
        Urls = [.. Endpoints.Select(e => new UrlSnapshot(e.Name, e.UrlOf(e.AllocatedPorts[index]), IsInternal: false))],
        HealthReports = HealthMonitor.Unknown(Resource),
        Relationships = [.. Resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type)).Distinct()],
    });

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            StartCore();
        }
        finally
        {
            _commands.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopCoreAsync().ConfigureAwait(false);
        }
        finally
        {
            _commands.Release();
        }
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopCoreAsync().ConfigureAwait(false);
            StartCore();
        }
        finally
        {
            _commands.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _commands.Dispose();
    }

    private IEnumerable<EndpointAnnotation> Endpoints => Resource.Annotations.OfType<EndpointAnnotation>();

    private DateTime Now => services.Clock.GetUtcNow().UtcDateTime;

    private void StartCore()
    {
        if (!_run.IsCompleted)
        {
            return;
        }

        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        var token = _stop.Token;
        _run = Task.Run(() => RunAsync(token), CancellationToken.None);
    }

    private async Task StopCoreAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _run.ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await SuperviseAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Publish(s => s with { State = KnownResourceStates.Exited, StopTimeStamp = Now });
        }
        catch (Exception e)
        {
            Say(e is DistributedApplicationException ? e.Message : $"failed to start: {e.Message}", isError: true);
            Publish(s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error), StopTimeStamp = Now });
        }
        finally
        {
            _startedOnce.TrySetResult();
        }
    }

    private async Task SuperviseAsync(CancellationToken stop)
    {
        if (Resource.Annotations.OfType<WaitAnnotation>().Any())
        {
            Publish(s => s with { State = KnownResourceStates.Waiting });
            await services.Dependencies.WaitAsync(Resource, stop).ConfigureAwait(false);
        }

        var backOff = new BackOff(services.Options);
        while (true)
        {
            var startedAt = services.Clock.GetTimestamp();
            var exitCode = await RunOnceAsync(stop).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (_isJob || (exitCode == 0 && !Endpoints.Any()))
            {
                Publish(s => s with { State = KnownResourceStates.Finished });
                return;
            }

            var delay = backOff.Next(services.Clock.GetElapsedTime(startedAt));
            _restarts++;
            var seconds = delay.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            Say($"ended with exit code {exitCode}; starting again in {seconds} s", isError: true);
            await Task.Delay(delay, services.Clock, stop).ConfigureAwait(false);
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stop)
    {
        Publish(s => s with
        {
            State = KnownResourceStates.Starting,
            HealthReports = HealthMonitor.Unknown(Resource),
            ExitCode = null,
            StopTimeStamp = null,
        });
        var command = await services.Commands.ResolveAsync(Resource, stop).ConfigureAwait(false);
        var environment = await services.Environment.ResolveAsync(Resource, index, InstanceId, telemetry, stop).ConfigureAwait(false);
        foreach (var (name, value) in command.Environment)
        {
            environment[name] = new EnvironmentValue(value, IsSecret: false);
        }

        using var process = await ChildProcess.StartAsync(command, environment.ToDictionary(e => e.Key, e => e.Value.Value), OnLine).ConfigureAwait(false);
        Publish(s => s with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = Now,
            EnvironmentVariables = Shown(environment),
            Properties = ResourceProperties.Of(Resource, command, process.Id, _restarts, exitCode: null),
        });
        _startedOnce.TrySetResult();

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var health = services.Health.MonitorAsync(Resource, index, reports => Publish(s => s with { HealthReports = reports }), ended.Token);
        var exitCode = await WaitOrStopAsync(process, stop).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Publish(s => s with
        {
            State = new(KnownResourceStates.Exited, stop.IsCancellationRequested ? null : KnownResourceStateStyles.Error),
            StopTimeStamp = Now,
            ExitCode = exitCode,
            Properties = ResourceProperties.Of(Resource, command, processId: null, _restarts, exitCode),
        });
        return exitCode;
    }

    private async Task<int> WaitOrStopAsync(ChildProcess process, CancellationToken stop)
    {
        try
        {
            return await process.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Publish(s => s with { State = KnownResourceStates.Stopping });
            return await process.StopAsync(services.Options.StopTimeout).ConfigureAwait(false);
        }
    }

    private static ImmutableArray<EnvironmentVariableSnapshot> Shown(Dictionary<string, EnvironmentValue> environment) =>
        [.. environment.OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => new EnvironmentVariableSnapshot(e.Key, e.Value.IsSecret ? "********" : e.Value.Value, IsFromSpec: true))];

    private void OnLine(string text, bool isError)
    {
        Logs.Add(text, isError);
        Log.Output(services.ConsoleOf(Resource), text);
    }

    private void Say(string text, bool isError) => OnLine($"[host] {Resource.Name} {text}", isError);

    private void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> update) =>
        _ = services.Notifications.PublishUpdateAsync(Resource, Id, update);
}
