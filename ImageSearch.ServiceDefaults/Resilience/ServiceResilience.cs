using System.Net;
using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>
/// The standard resilience handler for calls between services. A call that reached nobody is tried elsewhere whatever its method: nothing
/// of it was sent. Every other failure is retried only when the call is idempotent and its body can be sent again; bodies are never
/// buffered. A replica that says when to come back is not asked again by the same call.
/// </summary>
internal static class ServiceResilience
{
    public static void Configure(HttpStandardResilienceOptions pipeline, IOptions<HttpResilienceOptions> http)
    {
        HttpResilienceOptions options;
        try
        {
            options = http.Value;
        }
        catch (OptionsValidationException)
        {
            return; // their own validation at start says so, once
        }

        pipeline.TotalRequestTimeout.TimeoutGenerator = call => new(CanResend(call.Context) ? options.TotalTimeout : options.UploadTimeout);
        pipeline.AttemptTimeout.TimeoutGenerator = call => new(CanResend(call.Context) ? options.AttemptTimeout : Timeout.InfiniteTimeSpan);
        pipeline.Retry.MaxRetryAttempts = Math.Max(1, options.Retries); // it takes no 0
        pipeline.Retry.ShouldHandle = attempt => new(options.Retries > 0 && ShouldRetry(attempt.Context, attempt.Outcome));
        pipeline.Retry.Delay = options.RetryDelay;
        pipeline.Retry.ShouldRetryAfterHeader = false;
        pipeline.Retry.DelayGenerator = attempt =>
            new(GoesElsewhereAtOnce(attempt.Context, attempt.Outcome) ? TimeSpan.Zero : (TimeSpan?)null);
        // It would open for the whole service, where discovery avoids one replica at a time.
        pipeline.CircuitBreaker.ShouldHandle = _ => new(false);
        // How much is worked on at once is for each service's own limits to say.
        pipeline.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
    }

    private static bool ShouldRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        _ when context.CancellationToken.IsCancellationRequested => false,
        { Exception: UnansweredException } => false,
        { Exception: { } e } when CallFailure.IsUnreachable(e) => !CallRoute.Of(RequestOf(context)).IsHopeless,
        { Exception: HttpRequestException or TimeoutRejectedException } => RequestOf(context).CanRepeat(),
        {
            Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout
        } => RequestOf(context).CanRepeat() && (!SaysWhen(outcome.Result) || CallRoute.Of(RequestOf(context)).HasOthers),
        _ => false,
    };

    /// <summary>Who says when to come back need not be asked again before; another replica may be less busy.</summary>
    private static bool SaysWhen(HttpResponseMessage? response) => response?.Headers.RetryAfter is not null;

    /// <summary>To wait makes sense before the same replica is asked again, not before another is.</summary>
    private static bool GoesElsewhereAtOnce(ResilienceContext context, Outcome<HttpResponseMessage> outcome) =>
        CallRoute.Of(RequestOf(context)).HasOthers && (CallFailure.IsUnreachable(outcome.Exception) || SaysWhen(outcome.Result));

    private static bool CanResend(ResilienceContext context) => IdempotencyExtensions.CanResend(RequestOf(context).Content);

    private static HttpRequestMessage RequestOf(ResilienceContext context) => context.GetRequestMessage()!;
}
