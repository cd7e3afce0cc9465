using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Answer of <c>GET /api/v1/models</c>.</summary>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models);

/// <summary>A declared model.</summary>
public sealed record ModelSummary(
    string Name,
    string Version,
    int Dimension,
    [property: Description("Share of the searches without a named model that it answers, relative to the others.")] double Weight,
    string Algorithm,
    [property: Description("Whether it can be searched by words, too.")] bool Words,
    IReadOnlyList<ShardSummary> Shards);

/// <summary>One shard of a model.</summary>
public sealed record ShardSummary(
    int Shard,
    int Replicas,
    [property: Description("Vectors that a search sees; null when the shard does not answer.")] long? Count,
    [property: Description("Why it does not answer; absent when it does."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Error);
