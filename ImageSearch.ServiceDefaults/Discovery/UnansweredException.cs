namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>No replica of the service has answered lately: the call was not sent, so as not to wait in vain as well.</summary>
internal sealed class UnansweredException(string service)
    : HttpRequestException(HttpRequestError.Unknown, $"No replica of {service} has answered lately.", new TimeoutException());
