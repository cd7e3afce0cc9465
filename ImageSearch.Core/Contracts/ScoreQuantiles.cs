using System.Text.Json.Serialization;

namespace ImageSearch.Core.Contracts;

/// <summary>The scores that 50 %, 90 %, 99 % and 99.9 % of the pairs do not exceed, and the highest of all.</summary>
public sealed record ScoreQuantiles(double P50, double P90, double P99, double P999, double Maximum)
{
    /// <summary>The score that 10 % of the pairs do not exceed.</summary>
    [JsonPropertyOrder(-1)]
    public double P10 { get; init; }

    /// <summary>The score that 25 % of the pairs do not exceed.</summary>
    [JsonPropertyOrder(-1)]
    public double P25 { get; init; }
}
