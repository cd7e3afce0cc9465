using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.Models;

/// <summary>One shard of a model.</summary>
internal sealed record ShardSummary(
    int Shard,
    int Replicas,
    [property: Description("Vectors that a search sees; null when the shard does not answer.")] long? Count,
    [property: Description("Why it does not answer; absent when it does."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
