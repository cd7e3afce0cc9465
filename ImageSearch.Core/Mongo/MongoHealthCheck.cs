using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.Mongo;

/// <summary>Ready when the server answers; otherwise what is wrong with it, for the operator.</summary>
internal sealed class MongoHealthCheck(MongoConnection mongo) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await mongo.AskAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (MongoUnavailableException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
