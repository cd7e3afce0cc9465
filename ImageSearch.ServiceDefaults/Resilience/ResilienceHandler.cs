using System.Net;
using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>
/// Repeats what may be repeated, and gives up in time. A call that reached nobody is tried elsewhere whatever its method: nothing of it
/// was sent. Every other failure is retried only when the call is idempotent and its body can be sent again; bodies are never buffered.
/// A replica that says when to come back is not asked again by the same call.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("request");

    private readonly ResiliencePipeline<HttpResponseMessage> _plain;
    private readonly ResiliencePipeline<HttpResponseMessage> _streaming;
    private readonly ILogger _logger;

    public ResilienceHandler(IOptions<HttpResilienceOptions> options, TimeProvider clock, ILogger<ResilienceHandler> logger)
    {
        _logger = logger;
        var value = options.Value;
        _plain = Pipeline(value.TotalTimeout, value, clock).AddTimeout(value.AttemptTimeout).Build();
        _streaming = Pipeline(value.UploadTimeout, value, clock).Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(CallFailure.CallerToken, cancellationToken);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Request, request);
        try
        {
            var pipeline = IdempotencyExtensions.CanResend(request.Content) ? _plain : _streaming;
            return await pipeline.ExecuteAsync(
                static async (context, handler) => await handler.SendOnceAsync(context.Properties.GetValue(Request, null!), context.CancellationToken).ConfigureAwait(false),
                context,
                this).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            // What callers of an HttpClient expect; an OperationCanceledException would look as if they had cancelled themselves.
            throw new HttpRequestException(
                HttpRequestError.Unknown, $"{request.RequestUri?.Host} did not answer within {e.Timeout.TotalSeconds} s.", new TimeoutException(e.Message, e));
        }
        catch (OperationCanceledException e) when (CallFailure.IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{request.RequestUri?.Host} cannot be reached.", e.InnerException);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) => base.SendAsync(request, cancellationToken);

    private ResiliencePipelineBuilder<HttpResponseMessage> Pipeline(TimeSpan timeout, HttpResilienceOptions options, TimeProvider clock)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }.AddTimeout(timeout);
        return options.Retries == 0 ? pipeline : pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = options.Retries,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = static arguments => ValueTask.FromResult(GoesElsewhereAtOnce(arguments) ? TimeSpan.Zero : (TimeSpan?)null),
            ShouldHandle = arguments => ValueTask.FromResult(ShouldRetry(arguments)),
            OnRetry = LogRetry,
        });
    }

    private static bool ShouldRetry(RetryPredicateArguments<HttpResponseMessage> arguments) => arguments.Outcome switch
    {
        _ when arguments.Context.CancellationToken.IsCancellationRequested => false,
        { Exception: UnansweredException } => false,
        { Exception: { } e } when CallFailure.IsUnreachable(e) => !CallRoute.Of(RequestOf(arguments.Context)).IsHopeless,
        { Exception: HttpRequestException or TimeoutRejectedException } => RequestOf(arguments.Context).CanRepeat(),
        {
            Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout
        } => RequestOf(arguments.Context).CanRepeat() && (!SaysWhen(arguments.Outcome.Result) || CallRoute.Of(RequestOf(arguments.Context)).HasOthers),
        _ => false,
    };

    /// <summary>Who says when to come back need not be asked again before; another replica may be less busy.</summary>
    private static bool SaysWhen(HttpResponseMessage? response) => response?.Headers.RetryAfter is not null;

    /// <summary>To wait makes sense before the same replica is asked again, not before another is.</summary>
    private static bool GoesElsewhereAtOnce(RetryDelayGeneratorArguments<HttpResponseMessage> arguments) =>
        CallRoute.Of(RequestOf(arguments.Context)).HasOthers && (CallFailure.IsUnreachable(arguments.Outcome.Exception) || SaysWhen(arguments.Outcome.Result));

    private static HttpRequestMessage RequestOf(ResilienceContext context) => context.Properties.GetValue(Request, null!);

    private ValueTask LogRetry(OnRetryArguments<HttpResponseMessage> arguments)
    {
        var request = RequestOf(arguments.Context);
        Log.CallRetried(
            _logger, request.Method, request.RequestUri?.Host ?? "", arguments.AttemptNumber + 1, arguments.RetryDelay.TotalMilliseconds, arguments.Outcome.Exception);
        arguments.Outcome.Result?.Dispose();
        return ValueTask.CompletedTask;
    }
}
