using System.Diagnostics.Metrics;
using ImageSearch.ServiceDefaults.Resilience.Hedging;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Peers;

/// <summary>What the calls to other services report: <c>imagesearch.search.hedges</c>.</summary>
internal sealed class RoutingTelemetry(IMeterFactory meters)
{
    private readonly Counter<long> _hedges = meters.Create(SearchTelemetry.Name).CreateCounter<long>(
        "imagesearch.search.hedges",
        description: "Calls of searches that were late, by what came of sending them to a second replica too.");

    /// <param name="target"><c>index</c> or <c>extractor</c>.</param>
    public void Hedged(string target, HedgeOutcome outcome) => _hedges.Add(1, new("target", target), new("outcome", outcome switch
    {
        HedgeOutcome.Won => "won",
        HedgeOutcome.Lost => "lost",
        HedgeOutcome.Failed => "failed",
        _ => "denied",
    }));
}
