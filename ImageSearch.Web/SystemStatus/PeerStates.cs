using System.Net;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Asks every index server and every extractor by itself, where searches ask whichever has its turn.</summary>
internal sealed class PeerStates(
    IHttpClientFactory clients, IServiceEndpoints services, IOptions<SystemOptions> options, ILogger<PeerStates> logger)
{
    /// <summary>A client without retries and discovery: it is this very replica that is asked about.</summary>
    public const string Client = "peer-states";

    public async Task<SystemShard> ReadShardAsync(ModelRoute model, int shard, CancellationToken cancellationToken) => new(
        shard,
        model.Replicas,
        await AskAllAsync(
            model.IndexName(shard),
            (http, address, deadline) => ReadIndexAsync(http, model, shard, address, deadline),
            (name, error) => new ReplicaReport(name, "away", null, null, null, null, error),
            cancellationToken));

    public Task<ExtractorReport[]> ReadExtractorsAsync(ModelRoute model, CancellationToken cancellationToken) => AskAllAsync(
        model.ExtractorName, ReadExtractorAsync, (name, error) => new ExtractorReport(name, "away", error), cancellationToken);

    private static async Task<ReplicaReport> ReadIndexAsync(
        HttpClient http, ModelRoute model, int shard, Uri address, CancellationToken deadline)
    {
        var stats = await http.GetFromJsonAsync<IndexStats>(Of(address, "/stats"), deadline)
            ?? throw new InvalidDataException("The replica answered with null.");
        var state = stats.State.Length > 0 ? stats.State : stats.Ready ? "ready" : "loading";
        return stats.Model == model.Name && stats.Version == model.Version && stats.Shard == shard
            ? new ReplicaReport(
                NameOf(address), state, stats.Count, stats.LagSeconds, stats.Memory?.Total ?? stats.Bytes, stats.Memory?.Limit, null)
            : new ReplicaReport(
                NameOf(address), "away", null, null, null, null, $"holds shard {stats.Shard} of {stats.Model} {stats.Version}");
    }

    private static async Task<ExtractorReport> ReadExtractorAsync(HttpClient http, Uri address, CancellationToken deadline)
    {
        using var response = await http.GetAsync(Of(address, "/health"), HttpCompletionOption.ResponseHeadersRead, deadline);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return new ExtractorReport(NameOf(address), "loading", "is not ready: its model is being loaded, or what it needs is away");
        }

        response.EnsureSuccessStatusCode();
        return new ExtractorReport(NameOf(address), "ready", null);
    }

    /// <param name="away">What is reported of one, by its name, that fails to answer, and why.</param>
    private async Task<T[]> AskAllAsync<T>(
        string service, Func<HttpClient, Uri, CancellationToken, Task<T>> ask, Func<string, string, T> away,
        CancellationToken cancellationToken) =>
        await Task.WhenAll((await services.FindAsync(service, cancellationToken)).Select(async address =>
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(options.Value.Timeout);
            try
            {
                using var http = clients.CreateClient(Client);
                return await ask(http, address, deadline.Token);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                SystemLog.ReplicaSilent(logger, NameOf(address), e);
                return away(NameOf(address), PeerFailure.Describe(e, options.Value.Timeout));
            }
        }));

    private static string NameOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string Of(Uri address, string path) => $"{address.AbsoluteUri.TrimEnd('/')}{path}";
}
