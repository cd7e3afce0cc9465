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
