using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Says whether the broker can be reached and takes messages. Without it pictures are accepted and found, so it is registered as degraded.
/// </summary>
internal sealed class RabbitMqHealthCheck(RabbitMqConnection connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (!connection.IsOpen && !(await connection.GetAsync(cancellationToken)).IsOpen)
            {
                return new HealthCheckResult(
                    context.Registration.FailureStatus, $"The connection to RabbitMQ at {connection.Address} is lost.");
            }
        }
        catch (RabbitMqUnavailableException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }

        return connection.BlockedReason is { } reason
            ? new HealthCheckResult(context.Registration.FailureStatus, $"RabbitMQ at {connection.Address} takes no messages: {reason}.")
            : HealthCheckResult.Healthy();
    }
}
