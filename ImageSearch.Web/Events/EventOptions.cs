using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Events;

/// <summary>Streams of events. Configuration section <c>Events</c>.</summary>
public sealed class EventOptions
{
    public const string Section = "Events";

    /// <summary>Longest silence: then a comment is sent, so that no proxy takes the connection for dead. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stream lasts; browsers then open another by themselves. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaximumDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Streams at the same time; whoever comes then is told to come back. Default 500.</summary>
    [Range(1, 100_000)]
    public int MaximumStreams { get; set; } = 500;

    /// <summary>How often a stream looks for news while there are some. Default 0.25 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(0.25);

    /// <summary>How often it looks when there have been none for a while, or the store is away. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan LongestPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after its vector was seen a picture is called searchable: every index server has polled by then. Default 0.3 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan SearchableAfter { get; set; } = TimeSpan.FromSeconds(0.3);
}
