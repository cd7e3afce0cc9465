using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Board;

/// <summary>The state of the system at one time: what the system page shows and refreshes.</summary>
public sealed partial class SystemBoard : ComponentBase
{
    private IReadOnlyList<Attention> _attention = [];
    private IReadOnlyList<PlotSeries> _searches = [];
    private IReadOnlyList<PlotSeries> _latencies = [];
    private IReadOnlyList<PlotSeries> _extractions = [];
    private IReadOnlyList<PlotSeries> _queue = [];

    [Parameter, EditorRequired]
    public SystemReport Report { get; set; } = null!;

    private HistoryReport History => Report.History;

    protected override void OnParametersSet()
    {
        _attention = AttentionList.Of(Report);
        PlotSeries searches = new(
            "answered", "first", [.. History.SearchRate.Zip(History.SearchFailureRate, (all, failed) => (double?)(all - failed))]);
        // Failures are rare: without any there is nothing to tell apart.
        _searches = History.SearchFailureRate.Any(rate => rate > 0)
            ? [searches, new PlotSeries("failed", "bad", [.. History.SearchFailureRate.Select(rate => (double?)rate)])]
            : [searches];
        _latencies = [new PlotSeries("median", "first", History.SearchP50), new PlotSeries("95 %", "second", History.SearchP95)];
        _extractions = [new PlotSeries("embedded", "first", History.ExtractionRate)];
        _queue = [new PlotSeries("waiting", "first", History.QueueDepth)];
    }

    private static string BadgeOf(ReplicaReport replica) => replica.State switch
    {
        "ready" => "indexed",
        "loading" or "full" => "pending",
        _ => "failed",
    };
}
