using System.ComponentModel;

namespace ImageSearch.Web.Models;

/// <summary>A declared model.</summary>
internal sealed record ModelSummary(
    string Name,
    string Version,
    int Dimension,
    [property: Description("Share of the searches without a named model that it answers, relative to the others.")] double Weight,
    string Algorithm,
    [property: Description("Whether it can be searched by words, too.")] bool Words,
    IReadOnlyList<ShardSummary> Shards);
