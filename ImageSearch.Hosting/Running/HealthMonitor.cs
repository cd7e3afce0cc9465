using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Hosting.Running;

/// <summary>Asks one replica how it is, often until it is well and then now and again, until cancelled.</summary>
internal sealed class HealthMonitor(RunningOptions options, LocalServers servers) : IDisposable
{
    // A connection per question: the answer of a process that is gone must not come from a pooled socket of its successor.
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false });

    public async Task MonitorAsync(
        IResource resource, int replica, Action<ImmutableArray<HealthReportSnapshot>> report, CancellationToken cancellationToken)
    {
        var checks = resource.Annotations.OfType<HealthCheckAnnotation>().Where(c => c.Probe is not null || servers.For(resource) is not null).ToArray();
        ImmutableArray<HealthReportSnapshot> last = [];
        var eager = options.ProbeUnhealthyEvery;
        while (checks.Length > 0)
        {
            var reports = await Task.WhenAll(checks.Select(c => CheckAsync(c, resource, replica, cancellationToken))).ConfigureAwait(false);
            if (!last.SequenceEqual(reports))
            {
                last = [.. reports];
                report(last);
            }

            var healthy = reports.All(r => r.Status == HealthStatus.Healthy);
            await Task.Delay(healthy ? options.ProbeHealthyEvery : eager, cancellationToken).ConfigureAwait(false);
            eager = healthy ? options.ProbeUnhealthyEvery : TimeSpan.FromTicks(Math.Min(eager.Ticks * 2, options.ProbeUnhealthyAtMost.Ticks));
        }
    }

    public void Dispose() => _client.Dispose();

    public static ImmutableArray<HealthReportSnapshot> Unknown(IResource resource) =>
        [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(c => new HealthReportSnapshot(c.Key, null, null, null))];

    private async Task<HealthReportSnapshot> CheckAsync(HealthCheckAnnotation check, IResource resource, int replica, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.ProbeTimeout);
        try
        {
            var problem = check.Probe is { } probe
                ? await ProblemAsync(probe, resource, replica, deadline.Token).ConfigureAwait(false)
                : await servers.For(resource)!.ProblemAsync(deadline.Token).ConfigureAwait(false);
            return new HealthReportSnapshot(check.Key, problem is null ? HealthStatus.Healthy : HealthStatus.Unhealthy, problem, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = options.ProbeTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, $"No answer within {seconds} s.", null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a process answers, or does not, is its state and not this monitor's end.
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, e.Message, null);
        }
    }

    private async Task<string?> ProblemAsync(HttpHealthProbe probe, IResource resource, int replica, CancellationToken cancellationToken)
    {
        var endpoint = new EndpointReference((IResourceWithEndpoints)resource, probe.EndpointName).EndpointAnnotation;
        var url = new Uri(new Uri(endpoint.UrlOf(endpoint.AllocatedPorts[replica])), probe.Path);
        using var response = await _client.GetAsync(url, cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        return status == probe.StatusCode ? null : $"{url} answered {status} instead of {probe.StatusCode}.";
    }
}
