using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Configuration section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    public const string Section = "RabbitMq";

    /// <summary>How long to wait for the broker's answer when connecting. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that is silent for two of these is dead: how soon a cut cable is noticed. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest pause between attempts to reach a broker that is away; the first is 250 ms. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.250", "00:05:00")]
    public TimeSpan MaximumBackOff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Messages that the broker may hand to this process before it acknowledges: the most that lie in its memory per model. Default 64.
    /// </summary>
    [Range(1, 10_000)]
    public ushort Prefetch { get; set; } = 64;

    /// <summary>
    /// How long a publisher waits for a broker that has taken no message yet, which is how a broker that is out of memory or disk slows it
    /// down; then the work is left to the backfill. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many workers may die on a message before the broker dead-letters it, should extractors not give it up before; at least
    /// <c>Extractor:MaximumAttempts</c>. It is an argument of the queue, which must be deleted to change it. Default 20.
    /// </summary>
    [Range(1, 100_000)]
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>
    /// The most dead letters that the broker shows per model; the oldest go first. The store keeps every failure. An argument of the queue,
    /// too. Default 1,000,000.
    /// </summary>
    [Range(1, 100_000_000)]
    public int DeadLetterLimit { get; set; } = 1_000_000;

    /// <summary>Models that are no longer declared and whose queues and work are to be removed when ingest starts. Default none.</summary>
    public IList<string> RemoveModels { get; } = [];

    /// <summary>Begins the names of all exchanges and queues, so that tests share a broker.</summary>
    internal string Prefix { get; set; } = "";
}
