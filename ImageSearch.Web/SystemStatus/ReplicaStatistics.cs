using ImageSearch.Core.Contracts;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Asks every index server by itself, where searches ask whichever has its turn.</summary>
internal sealed class ReplicaStatistics(
    IHttpClientFactory clients, IServiceEndpoints services, IOptions<SystemOptions> options, ILogger<ReplicaStatistics> logger)
{
    /// <summary>A client without retries and discovery: it is this very replica that is asked about.</summary>
    public const string Client = "replica-statistics";

    public async Task<SystemShard> ReadAsync(ModelRoute model, int shard, CancellationToken cancellationToken) => new(
        shard, model.Replicas, await Task.WhenAll(services.Find(model.IndexName(shard)).Select(address => ReadAsync(model, shard, address, cancellationToken))));

    private async Task<ReplicaReport> ReadAsync(ModelRoute model, int shard, Uri address, CancellationToken cancellationToken)
    {
        var name = address.GetLeftPart(UriPartial.Authority);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.Timeout);
        try
        {
            using var http = clients.CreateClient(Client);
            var stats = await http.GetFromJsonAsync<IndexStats>($"{address.AbsoluteUri.TrimEnd('/')}/stats", deadline.Token)
                ?? throw new InvalidDataException("The replica answered with null.");
            var state = stats.State.Length > 0 ? stats.State : stats.Ready ? "ready" : "loading";
            return stats.Model == model.Name && stats.Version == model.Version && stats.Shard == shard
                ? new ReplicaReport(name, state, stats.Count, stats.LagSeconds, stats.Memory?.Total ?? stats.Bytes, stats.Memory?.Limit, null)
                : new ReplicaReport(name, "away", null, null, null, null, $"holds shard {stats.Shard} of {stats.Model} {stats.Version}");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            SystemLog.ReplicaSilent(logger, name, e);
            return new ReplicaReport(name, "away", null, null, null, null, PeerFailure.Describe(e, options.Value.Timeout));
        }
    }
}
