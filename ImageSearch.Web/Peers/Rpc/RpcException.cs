namespace ImageSearch.Web.Peers.Rpc;

/// <summary>A request did not get through the broker.</summary>
internal sealed class RpcException(RpcFailure failure, Exception? cause = null) : Exception($"{failure}", cause)
{
    public RpcFailure Failure { get; } = failure;

    /// <summary>Not to extractors that are busy: over HTTP they would be no less so.</summary>
    public bool MayGoAnotherWay => Failure != RpcFailure.Busy;

    /// <summary>What the extractor does or is, for the client's problem details.</summary>
    public string Reason => Failure switch
    {
        RpcFailure.Busy => "has too many searches waiting",
        RpcFailure.NobodyListens => "does not listen",
        RpcFailure.TooLarge => "cannot be sent so large a picture",
        RpcFailure.Blocked => "cannot be reached, because the message broker takes no messages",
        _ => "cannot be reached, because the message broker does not answer",
    };
}
