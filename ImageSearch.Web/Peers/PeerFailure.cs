using System.Globalization;
using System.Text.Json;
using ImageSearch.Web.Peers.Rpc;

namespace ImageSearch.Web.Peers;

/// <summary>Says in a few words what went wrong with a call to another service, without addresses or internals.</summary>
internal static class PeerFailure
{
    public static string Describe(Exception failure, TimeSpan deadline) => failure switch
    {
        OperationCanceledException or TimeoutException => string.Create(CultureInfo.InvariantCulture, $"did not answer within {deadline.TotalSeconds:0.###} s"),
        RpcException rpc => rpc.Reason,
        HttpRequestException { StatusCode: { } status } => $"answered with status {(int)status}",
        HttpRequestException { InnerException: TimeoutException } => "did not answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => "cannot be reached",
        JsonException or InvalidDataException => "gave an answer that cannot be read",
        _ => "is not available",
    };
}
