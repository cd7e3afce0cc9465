using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core.Queue;

/// <summary>Configuration section <c>Queue</c>.</summary>
public sealed class WorkQueueOptions
{
    public const string Section = "Queue";

    /// <summary>
    /// How long a delivery belongs to its worker without renewal, on the embedded backend: how soon the work of a dead one goes on. Default
    /// 10 s. With servers the broker knows at once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Delay of the first retry; doubles with each attempt. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay between retries. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Every delay there is, the shortest first.</summary>
    internal IEnumerable<TimeSpan> Delays => Enumerable.Range(1, 31).Select(DelayAfter).Distinct();

    /// <returns>How long to wait after this attempt failed.</returns>
    internal TimeSpan DelayAfter(int attempt)
    {
        var delay = RetryDelay * Math.Pow(2, Math.Min(attempt - 1, 30));
        return delay < MaximumRetryDelay ? delay : MaximumRetryDelay;
    }
}
