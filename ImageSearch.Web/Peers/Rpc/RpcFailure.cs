namespace ImageSearch.Web.Peers.Rpc;

/// <summary>Why a request did not get through the broker.</summary>
internal enum RpcFailure
{
    /// <summary>There is no connection to it.</summary>
    Unreachable,

    /// <summary>It is short of memory or disk and takes no messages.</summary>
    Blocked,

    /// <summary>The connection broke, or went silent, while the answer was waited for.</summary>
    ConnectionLost,

    /// <summary>No extractor takes requests from the queue.</summary>
    NobodyListens,

    /// <summary>More bytes than are sent through it.</summary>
    TooLarge,

    /// <summary>As many requests wait as may.</summary>
    Busy,
}
