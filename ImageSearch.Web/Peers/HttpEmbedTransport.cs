using System.Net.Http.Headers;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;

namespace ImageSearch.Web.Peers;

/// <summary><c>POST /embed</c>, or <c>/embed/text</c>, of a replica that service discovery picks; of a second one too when that is late.</summary>
internal sealed class HttpEmbedTransport(HttpClient http, HedgedCalls hedged, RoutingTelemetry telemetry, TimeProvider time) : IEmbedTransport
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
