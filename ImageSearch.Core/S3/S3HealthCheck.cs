using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Core.S3;

/// <summary>Ready when the bucket answers.</summary>
internal sealed class S3HealthCheck(S3Bucket bucket) : IHealthCheck
{
    public const string Name = "s3";

    /// <summary>Whoever asks for health waits for the answer: shorter than a call may take.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            await bucket.CheckAsync(deadline.Token);
            return HealthCheckResult.Healthy();
        }
        catch (S3BlobStoreException e)
        {
            // Its message is written to be shown. As the exception it would only be logged.
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus, $"The {bucket.Where} did not answer within {Deadline.TotalSeconds:0} s.");
        }
    }
}
