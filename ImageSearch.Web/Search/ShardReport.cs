using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.Search;

/// <summary>What one shard contributed to a search.</summary>
public sealed record ShardReport(
    int Shard,
    [property: Description("Vectors that it holds; null when it did not answer.")] long? Count,
    [property: Description("Milliseconds of the search in the shard; null when it did not answer.")] double? TookMs,
    [property: Description("Everything written before this time was searched.")] DateTimeOffset? IndexedThrough,
    [property: Description("Why it did not answer; absent when it did."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
