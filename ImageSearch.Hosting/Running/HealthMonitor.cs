using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Hosting.Running;

/// <summary>Asks one replica how it is, often until it is well and then now and again, until cancelled.</summary>
internal sealed class HealthMonitor(RunningOptions options) : IDisposable
{
    // A connection per question: the answer of a process that is gone must not come from a pooled socket of its successor.
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false })
    {
        Timeout = options.ProbeTimeout,
    };

    public async Task MonitorAsync(
        IResource resource, int replica, Action<ImmutableArray<HealthReportSnapshot>> report, CancellationToken cancellationToken)
    {
        var checks = resource.Annotations.OfType<HealthCheckAnnotation>().Where(c => c.Probe is not null).ToArray();
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
        var probe = check.Probe!;
        try
        {
            var endpoint = new EndpointReference((IResourceWithEndpoints)resource, probe.EndpointName).EndpointAnnotation;
            var url = new Uri(new Uri(endpoint.UrlOf(endpoint.AllocatedPorts[replica])), probe.Path);
            using var response = await _client.GetAsync(url, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return status == probe.StatusCode
                ? new HealthReportSnapshot(check.Key, HealthStatus.Healthy, null, null)
                : new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, $"{url} answered {status} instead of {probe.StatusCode}.", null);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, e.Message, null);
        }
    }
}
