namespace ImageSearch.Client.Models;

/// <summary>A declared model.</summary>
/// <param name="Weight">Share of the searches without a named model that it answers, relative to the others.</param>
/// <param name="Words">Whether it can be searched by words, too.</param>
public sealed record ModelSummary(
    string Name, string Version, int Dimension, double Weight, string Algorithm, IReadOnlyList<ShardSummary> Shards, bool Words = false);
