using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Asks every extractor by itself whether it could answer.</summary>
internal sealed class ExtractorStates(
    IHttpClientFactory clients, IServiceEndpoints services, IOptions<SystemOptions> options, ILogger<ExtractorStates> logger)
{
    public async Task<IReadOnlyList<ExtractorReport>> ReadAsync(ModelRoute model, CancellationToken cancellationToken) =>
        await Task.WhenAll(services.Find(model.ExtractorName).Select(address => ReadAsync(address, cancellationToken)));

    private async Task<ExtractorReport> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        var name = address.GetLeftPart(UriPartial.Authority);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.Timeout);
        try
        {
            using var http = clients.CreateClient(ReplicaStatistics.Client);
            using var response = await http.GetAsync($"{address.AbsoluteUri.TrimEnd('/')}/health", HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
            {
                return new ExtractorReport(name, "loading", "is not ready: its model is being loaded, or what it needs is away");
            }

            response.EnsureSuccessStatusCode();
            return new ExtractorReport(name, "ready", null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            SystemLog.ReplicaSilent(logger, name, e);
            return new ExtractorReport(name, "away", PeerFailure.Describe(e, options.Value.Timeout));
        }
    }
}
