using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Peers;

/// <summary>A way to a model's extractors.</summary>
internal interface IEmbedTransport
{
    /// <exception cref="ProblemException">The extractor refuses the picture.</exception>
    /// <exception cref="HttpRequestException">The extractor is not to be had, or answers with an error of its own.</exception>
    /// <exception cref="Rpc.RpcException">The request did not get through the broker.</exception>
    Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken);
}
