using System.Net.Http.Headers;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Peers;

/// <summary>Has a model's extractor embed the picture of a query.</summary>
internal sealed class ExtractorClient(HttpClient http, IOptions<SearchOptions> options, ILogger<ExtractorClient> logger)
{
    /// <exception cref="ProblemException">The extractor refuses the picture, or is not to be had.</exception>
    public async Task<EmbedResponse> EmbedAsync(ModelRoute model, ReadOnlyMemory<byte> content, CropRectangle? crop, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.EmbedTimeout);
        try
        {
            var query = crop is { } part ? $"?crop={Uri.EscapeDataString(part.ToString())}" : "";
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{model.ExtractorName}/embed{query}")
            {
                Content = new ReadOnlyMemoryContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
            }.MarkIdempotent();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            await PeerProblem.ThrowIfRefusedAsync(response, deadline.Token);
            response.EnsureSuccessStatusCode();
            var embedding = await response.Content.ReadFromJsonAsync<EmbedResponse>(deadline.Token);
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
}
