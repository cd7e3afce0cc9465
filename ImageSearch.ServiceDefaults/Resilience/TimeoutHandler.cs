using Polly.Timeout;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>
/// Tells callers of timeouts as they expect it of an HttpClient: an OperationCanceledException would look as if they had cancelled
/// themselves.
/// </summary>
internal sealed class TimeoutHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(CallFailure.CallerToken, cancellationToken);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new HttpRequestException(
                HttpRequestError.Unknown, $"{request.RequestUri?.Host} did not answer within {e.Timeout.TotalSeconds} s.",
                new TimeoutException(e.Message, e));
        }
        catch (OperationCanceledException e) when (CallFailure.IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"{request.RequestUri?.Host} cannot be reached.", e.InnerException);
        }
    }
}
