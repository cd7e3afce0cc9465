using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Index.Following;

/// <summary>Ready once the change feed has been read to its end; a store that is away later does not take the answers away.</summary>
internal sealed class CaughtUpHealthCheck(IndexState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Ready
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"Still loading: {state.Index.Count} vectors so far."));
}
