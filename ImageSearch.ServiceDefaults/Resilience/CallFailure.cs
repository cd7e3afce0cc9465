using Polly.Timeout;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>A replica that looks down did not answer a call that was made anyway. Another attempt would wait in vain as well.</summary>
internal sealed class UnansweredException(string message, Exception cause)
    : HttpRequestException(HttpRequestError.Unknown, message, new TimeoutException(message, cause));

/// <summary>Tells failures of calls apart.</summary>
internal static class CallFailure
{
    /// <summary>The caller's own token: when it is not cancelled, a cancelled attempt is one that took too long.</summary>
    public static readonly HttpRequestOptionsKey<CancellationToken> CallerToken = new("ImageSearch.CallerToken");

    /// <summary>No connection came about: nothing of the request was sent.</summary>
    public static bool IsUnreachable(Exception? exception) => exception is
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        or OperationCanceledException { InnerException: TimeoutException }; // how the client reports its connect timeout

    public static bool IsAttemptTimeout(HttpRequestMessage request) =>
        request.Options.TryGetValue(CallerToken, out var token) && !token.IsCancellationRequested;
}

/// <summary>Tells callers of timeouts as they expect it of an HttpClient: an OperationCanceledException would look as if they had cancelled themselves.</summary>
internal sealed class TimeoutHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(CallFailure.CallerToken, cancellationToken);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new HttpRequestException(
                HttpRequestError.Unknown, $"{request.RequestUri?.Host} did not answer within {e.Timeout.TotalSeconds} s.", new TimeoutException(e.Message, e));
        }
        catch (OperationCanceledException e) when (CallFailure.IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{request.RequestUri?.Host} cannot be reached.", e.InnerException);
        }
    }
}
