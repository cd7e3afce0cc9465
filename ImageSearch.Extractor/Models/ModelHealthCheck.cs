using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Extractor.Models;

/// <summary>Ready when the model is loaded and has been seen to work.</summary>
internal sealed class ModelHealthCheck(ModelHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        host.IsLoaded ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "The model is being loaded."));
}
