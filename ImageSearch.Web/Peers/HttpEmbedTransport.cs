using System.Net.Http.Headers;
using ImageSearch.Core.Contracts;
using ImageSearch.ServiceDefaults.Resilience;

namespace ImageSearch.Web.Peers;

/// <summary><c>POST /embed</c> of a replica that service discovery picks.</summary>
internal sealed class HttpEmbedTransport(HttpClient http) : IEmbedTransport
{
    public async Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken)
    {
        var crop = query.Crop is { } part ? $"?crop={Uri.EscapeDataString(part.ToString())}" : "";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{query.Model.ExtractorName}/embed{crop}")
        {
            Content = new ReadOnlyMemoryContent(query.Content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        }.MarkIdempotent();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await PeerProblem.ThrowIfRefusedAsync(response, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<EmbedResponse>(cancellationToken);
    }
}
