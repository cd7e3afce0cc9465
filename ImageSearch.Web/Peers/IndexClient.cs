using System.Globalization;
using System.Net.Http.Headers;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Peers;

/// <summary>Calls the index servers; service discovery picks a replica, and a search that is late is sent to another as well.</summary>
internal sealed class IndexClient(HttpClient http, HedgedCalls hedged, RoutingTelemetry telemetry)
{
    /// <param name="vector">float32 little-endian, L2-normalised; one, or several one after the other.</param>
    /// <param name="deadline">The shard is told, and stops when it has passed.</param>
    /// <exception cref="InvalidDataException">The shard answers for another version or for another number of vectors.</exception>
    public Task<ShardSearchResponse> SearchAsync(
        ModelRoute model, int shard, byte[] vector, SearchParameters parameters, Deadline deadline, CancellationToken cancellationToken) =>
        hedged.CallAsync(
            model.IndexName(shard),
            new CallRoute { Deadline = deadline, FailFast = true }, // the answer is partial then, and at once
            (route, token) => SearchAsync(model, shard, vector, parameters, route, token),
            outcome => telemetry.Hedged("index", outcome),
            cancellationToken);

    public async Task<IndexStats> StatsAsync(ModelRoute model, int shard, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<IndexStats>($"http://{model.IndexName(shard)}/stats", cancellationToken)
            ?? throw new InvalidDataException("The shard answered with null.");

    /// <summary>The same, but its scores are those of the vector against pictures drawn at random.</summary>
    /// <param name="vector">float32 little-endian.</param>
    public async Task<IndexStats> StatsAsync(ModelRoute model, int shard, byte[] vector, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{model.IndexName(shard)}/stats")
        {
            Content = new ByteArrayContent(vector) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        }.MarkIdempotent();
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<IndexStats>(cancellationToken)
            ?? throw new InvalidDataException("The shard answered with null.");
    }

    private async Task<ShardSearchResponse> SearchAsync(
        ModelRoute model, int shard, byte[] vector, SearchParameters parameters, CallRoute route, CancellationToken cancellationToken)
    {
        var uri = string.Create(CultureInfo.InvariantCulture, $"http://{model.IndexName(shard)}/search?k={parameters.K}");
        uri += parameters.Tag is { } tag ? $"&tag={Uri.EscapeDataString(tag)}" : "";
        uri += parameters.MinScore is { } score
            ? string.Create(CultureInfo.InvariantCulture, $"&minScore={score - Ranking.Rounding:R}")
            : "";
        uri += parameters.Ef is { } ef ? string.Create(CultureInfo.InvariantCulture, $"&ef={ef}") : "";
        var vectors = vector.Length / (model.Dimension * sizeof(float));
        using var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = new ByteArrayContent(vector) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
            Headers = { { "X-Vectors", vectors.ToString(CultureInfo.InvariantCulture) } },
        }.MarkIdempotent();
        route.AttachTo(request);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<ShardSearchResponse>(cancellationToken);
        return answer?.Results?.Count == vectors && answer.Version == model.Version
            ? answer
            : throw new InvalidDataException("The shard answered for another version or number of vectors.");
    }
}
