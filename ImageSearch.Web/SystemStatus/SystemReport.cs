using System.ComponentModel;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Answer of <c>GET /api/v1/system</c>.</summary>
public sealed record SystemReport(
    [property: Description("When the figures were taken, some seconds ago at most.")] DateTimeOffset At,
    [property: Description("The web server that answers: searches are its own, not those of its replicas.")] string Instance,
    IReadOnlyList<ModelReport> Models,
    IReadOnlyList<QueueReport> Queues,
    HistoryReport History);
