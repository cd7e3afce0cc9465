using System.Diagnostics.Metrics;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Overload;

/// <summary>
/// What was refused for want of capacity: <c>imagesearch.refused</c>. What is in work and waits is <see cref="OverloadGates"/>'.
/// </summary>
internal sealed class OverloadTelemetry(IMeterFactory meters)
{
    private readonly Meter _meter = meters.Create(SearchTelemetry.Name);
    private readonly Counter<long> _refused = meters.Create(SearchTelemetry.Name).CreateCounter<long>(
        "imagesearch.refused", description: "Requests that were answered with 503 busy because too many others were there.");

    /// <param name="kind"><c>searches</c> or <c>uploads</c>.</param>
    /// <param name="reason"><c>full</c>, <c>late</c> (it waited too long) or <c>memory</c>.</param>
    public void Refused(string kind, string reason) => _refused.Add(1, new("kind", kind), new("reason", reason));

    public void Watch(string kind, ConcurrencyGate gate)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        _meter.CreateObservableGauge(
            "imagesearch.in_work", () => new Measurement<long>(gate.InWork, tag), description: "Requests that are worked on.");
        _meter.CreateObservableGauge(
            "imagesearch.waiting", () => new Measurement<long>(gate.Waiting, tag), description: "Requests that wait for a place.");
        // A series that begins above zero has no increase: an alert would miss the first.
        foreach (var reason in (string[])["full", "late", "memory"])
        {
            _refused.Add(0, tag, new("reason", reason));
        }
    }
}
