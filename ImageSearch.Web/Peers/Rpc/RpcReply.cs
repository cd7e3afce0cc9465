namespace ImageSearch.Web.Peers.Rpc;

/// <summary>An extractor's answer as it came.</summary>
internal sealed record RpcReply(byte[] Body, string? ContentType);
