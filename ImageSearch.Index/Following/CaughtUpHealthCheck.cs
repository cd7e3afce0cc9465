using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Following;

/// <summary>Ready once the change feed has been read to its end; a store that is away later does not take the answers away.</summary>
internal sealed class CaughtUpHealthCheck(IndexState state, IOptions<IndexOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Status switch
        {
            IndexStatus.Ready => HealthCheckResult.Healthy(),
            IndexStatus.Full => HealthCheckResult.Degraded(
                $"The index of model {options.Value.Model} holds {state.Index.Count} vectors in {state.Index.Memory.Total >> 20} MiB and may not grow: pictures that came since are not found. "
                + $"Raise Index:MemoryLimitMiB ({options.Value.MemoryLimitMiB}), or spread the model over more shards."),
            _ => HealthCheckResult.Unhealthy($"Still loading: {state.Index.Count} vectors so far."),
        });
}
