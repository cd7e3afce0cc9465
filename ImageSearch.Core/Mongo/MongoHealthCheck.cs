using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.Mongo;

/// <summary>Ready when the server answers; otherwise what is wrong with it, for the operator.</summary>
internal sealed class MongoHealthCheck(MongoClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.AskAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (MongoException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
