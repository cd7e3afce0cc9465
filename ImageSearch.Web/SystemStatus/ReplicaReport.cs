using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.SystemStatus;

/// <summary>One index server.</summary>
public sealed record ReplicaReport(
    [property: Description("Where web calls it.")] string Address,
    [property: Description("`ready`, `loading` (it catches up with the store), `full` (it answers, but takes no more pictures) or `away`.")] string State,
    [property: Description("Vectors that a search sees.")] long? Count,
    [property: Description("How far it is behind the store.")] double? LagSeconds,
    [property: Description("What has to be in memory.")] long? MemoryBytes,
    [property: Description("What that may reach; absent: anything."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MemoryLimitBytes,
    [property: Description("Why it is away; absent when it is not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error)
{
    internal bool Answers => State is "ready" or "full";
}
