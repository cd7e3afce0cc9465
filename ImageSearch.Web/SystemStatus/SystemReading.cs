using ImageSearch.Core.Queue;

namespace ImageSearch.Web.SystemStatus;

/// <summary>One look at everything but the searches.</summary>
/// <param name="Counts">Null when the store did not answer.</param>
/// <param name="Queues">In the order of the models' declaration; null for one that could not be counted.</param>
/// <param name="Shards">Of each model.</param>
/// <param name="Extractors">Of each model.</param>
internal sealed record SystemReading(
    DateTimeOffset At, StoreCounts? Counts, IReadOnlyList<QueueCounts?> Queues, IReadOnlyList<IReadOnlyList<SystemShard>> Shards,
    IReadOnlyList<IReadOnlyList<ExtractorReport>> Extractors)
{
    public double? QueueDepth => Queues.Any(queue => queue is null) ? null : Queues.Sum(queue => queue!.Value.Waiting);
}
