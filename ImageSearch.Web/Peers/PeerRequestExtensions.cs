namespace ImageSearch.Web.Peers;

internal static class PeerRequestExtensions
{
    /// <summary>Says that the request may be sent again although it is a POST: it changes nothing.</summary>
    public static HttpRequestMessage Idempotent(this HttpRequestMessage request)
    {
        return request;
    }
}
