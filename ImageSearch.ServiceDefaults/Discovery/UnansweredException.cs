namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>No replica of the service has answered lately: the call was not sent, so as not to wait in vain as well.</summary>
internal sealed class UnansweredException : HttpRequestException
{
    private UnansweredException(HttpRequestError error, string message, Exception? cause)
        : base(error, message, cause)
    {
    }

    public static UnansweredException AllHang(string service) =>
        new(HttpRequestError.Unknown, $"No replica of {service} has answered lately.", new TimeoutException());

    public static UnansweredException AllAreDown(string service) =>
        new(HttpRequestError.ConnectionError, $"No replica of {service} could be reached lately.", null);
}
