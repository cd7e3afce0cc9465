using System.Diagnostics;
using System.Text;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.Web.Peers.Rpc;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Peers;

/// <summary>
/// Has a model's extractor embed the picture of a query, the way that the model declares. Where the broker is in the way and the
/// extractor's address is known, it is asked directly: a search does not fail for a broker.
/// </summary>
internal sealed class ExtractorClient(
    HttpEmbedTransport http,
    RpcEmbedTransport rpc,
    HttpFallback fallback,
    IServiceEndpoints services,
    SearchTelemetry telemetry,
    IOptions<SearchOptions> options,
    ILogger<ExtractorClient> logger)
{
    /// <exception cref="ProblemException">The extractor refuses the picture, or is not to be had.</exception>
    public Task<EmbedResponse> EmbedAsync(
        ModelRoute model, ReadOnlyMemory<byte> content, CropRectangle? crop, CancellationToken cancellationToken) =>
        EmbedAsync(new EmbedQuery(model, content, crop, Deadline.Within(options.Value.EmbedTimeout)), cancellationToken);

    /// <summary>Words are few and quickly embedded: whatever the model declares, they go by HTTP.</summary>
    /// <exception cref="ProblemException">The extractor refuses the words, or is not to be had.</exception>
    public Task<EmbedResponse> EmbedTextAsync(ModelRoute model, string text, CancellationToken cancellationToken) =>
        EmbedAsync(new EmbedQuery(
            model, Encoding.UTF8.GetBytes(text), null, Deadline.Within(options.Value.EmbedTimeout), IsText: true), cancellationToken);

    private async Task<EmbedResponse> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken)
    {
        var model = query.Model;
        // The request's own deadline is the token's; extractors are told the sooner of the two.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.EmbedTimeout);
        try
        {
            var embedding = model.QueryTransport == QueryTransport.Rpc && !query.IsText
                ? await EmbedOverRpcAsync(query, deadline.Token)
                : await EmbedAsync(http, "http", query, deadline.Token);
            return embedding is not null && embedding.Version == model.Version && embedding.Vector.Length == model.Dimension * sizeof(float)
                ? embedding
                : throw new InvalidDataException("The extractor answered for another version or dimension.");
        }
        catch (Exception e) when (e is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            Log.ExtractorFailed(logger, model.Name, e);
            throw Problem.ExtractorUnavailable(model, PeerFailure.Describe(e, options.Value.EmbedTimeout), e);
        }
    }

    private async Task<EmbedResponse?> EmbedOverRpcAsync(EmbedQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var embedding = await EmbedAsync(rpc, "rpc", query, cancellationToken);
            fallback.End(query.Model);
            return embedding;
        }
        catch (RpcException e) when (e.MayGoAnotherWay)
        {
            if ((await services.FindAsync(query.Model.ExtractorName, cancellationToken)).Count == 0)
            {
                throw;
            }

            fallback.Take(query.Model, e);
            return await EmbedAsync(http, "http", query, cancellationToken);
        }
    }

    private async Task<EmbedResponse?> EmbedAsync(
        IEmbedTransport transport, string name, EmbedQuery query, CancellationToken cancellationToken)
    {
        var (start, outcome) = (Stopwatch.GetTimestamp(), "error");
        try
        {
            var embedding = await transport.EmbedAsync(query, cancellationToken);
            outcome = "ok";
            return embedding;
        }
        catch (ProblemException)
        {
            outcome = "refused";
            throw;
        }
        catch (RpcException)
        {
            outcome = "undelivered";
            throw;
        }
        finally
        {
            telemetry.RecordEmbedding(Stopwatch.GetElapsedTime(start), query.Model.Name, name, outcome);
        }
    }
}
