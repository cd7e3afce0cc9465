using System.ComponentModel.DataAnnotations;

namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>When a call that is late is sent to a second replica as well. Configuration section <c>Hedging</c>.</summary>
public sealed class HedgingOptions
{
    public const string Section = "Hedging";

    /// <summary>Whether calls are hedged at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>A call is late when it takes longer than this fraction of the last ones. Default 0.95.</summary>
    [Range(0.5, 0.999, ErrorMessage = "Hedging:Quantile must be between 0.5 and 0.999.")]
    public double Quantile { get; set; } = 0.95;

    /// <summary>How many of the last calls to a service count. Default 200.</summary>
    [Range(20, 10_000, ErrorMessage = "Hedging:Window must be between 20 and 10,000 calls.")]
    public int Window { get; set; } = 200;

    /// <summary>No call is late before. Default 10 ms: less is noise.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ErrorMessage = "Hedging:ShortestDelay must be between 1 ms and 1 min.")]
    public TimeSpan ShortestDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>When a call is late as long as too few calls are known. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ErrorMessage = "Hedging:InitialDelay must be between 1 ms and 1 min.")]
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Hedges for each call on average at most, 0..1: when all replicas are slow, more load would make them slower. Default 0.05.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Hedging:ExtraLoad must be between 0 and 1.")]
    public double ExtraLoad { get; set; } = 0.05;

    /// <summary>Hedges at once at most, saved up while none were needed. Default 10.</summary>
    [Range(1, 1000, ErrorMessage = "Hedging:Burst must be between 1 and 1,000.")]
    public int Burst { get; set; } = 10;
}
