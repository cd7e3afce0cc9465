using System.Net.Http.Headers;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;

namespace ImageSearch.Web.Peers;

/// <summary>A way to a model's extractors.</summary>
internal interface IEmbedTransport
{
    /// <exception cref="ProblemException">The extractor refuses the picture.</exception>
    /// <exception cref="HttpRequestException">The extractor is not to be had, or answers with an error of its own.</exception>
    /// <exception cref="Rpc.RpcException">The request did not get through the broker.</exception>
    Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken);
}

/// <summary>The picture of a query, or its words, for a model to embed.</summary>
/// <param name="Content">The picture's bytes, or UTF-8.</param>
/// <param name="Timeout">How long the search waits, from now.</param>
internal sealed record EmbedQuery(
    ModelRoute Model, ReadOnlyMemory<byte> Content, CropRectangle? Crop, TimeSpan Timeout, bool IsText = false);

/// <summary>
/// <c>POST /embed</c>, or <c>/embed/text</c>, of a replica that service discovery picks; of a second one too when that is late.
/// </summary>
internal sealed class HttpEmbedTransport(
    HttpClient http, HedgedCalls hedged, RoutingTelemetry telemetry, TimeProvider time) : IEmbedTransport
{
    public Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken) => hedged.CallAsync(
        query.Model.ExtractorName,
        new CallRoute { Deadline = new Deadline(query.Timeout, time) },
        (route, token) => EmbedAsync(query, route, token),
        outcome => telemetry.Hedged("extractor", outcome),
        cancellationToken);

    private async Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CallRoute route, CancellationToken cancellationToken)
    {
        var path = query.IsText ? "embed/text" : query.Crop is { } part ? $"embed?crop={Uri.EscapeDataString(part.ToString())}" : "embed";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{query.Model.ExtractorName}/{path}")
        {
            Content = new ReadOnlyMemoryContent(query.Content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        }.MarkIdempotent();
        route.AttachTo(request);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await PeerProblem.ThrowIfRefusedAsync(response, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<EmbedResponse>(cancellationToken);
    }
}
