using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Answer of <c>GET /api/v1/system</c>.</summary>
public sealed record SystemReport(
    [property: Description("When the figures were taken, some seconds ago at most.")] DateTimeOffset At,
    [property: Description("The web server that answers: searches are its own, not those of its replicas.")] string Instance,
    IReadOnlyList<ModelReport> Models,
    IReadOnlyList<QueueReport> Queues,
    HistoryReport History);

/// <summary>A declared model: how much of the collection it covers, and who holds it.</summary>
public sealed record ModelReport(
    string Name,
    string Version,
    [property: Description("Share of the searches without a named model that it answers, relative to the others.")] double Weight,
    string Algorithm,
    [property: Description("Pictures of the collection; null while the store does not answer.")] long? Known,
    [property: Description("Pictures that have a vector of this version.")] long? Embedded,
    [property: Description("Pictures that were given up, with a reason.")] long? Failed,
    [property: Description("Pictures that wait for the model.")] long? Pending,
    IReadOnlyList<SystemShard> Shards,
    [property: Description("Those that web has an address of.")] IReadOnlyList<ExtractorReport> Extractors,
    [property: Description("Why the counts are missing; absent when they are not."), JsonIgnore(
        Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Error);

/// <summary>The queue of one model's extractors; null while it cannot be counted.</summary>
public sealed record QueueReport(
    string Model,
    [property: Description("Pictures that no extractor has taken yet.")] long? Waiting,
    [property: Description("Pictures that an extractor works on.")] long? Working,
    [property: Description("Pictures that were given up.")] long? Dead);

/// <summary>One shard of a model.</summary>
public sealed record SystemShard(
    int Shard,
    [property: Description(
        "Replicas that the topology declares. Where several stand behind one address, only the one that answered is listed.")]
    int Declared,
    IReadOnlyList<ReplicaReport> Replicas)
{
    /// <summary>What a search of this shard sees; null when no replica can answer one.</summary>
    [JsonIgnore]
    public long? Count => Replicas.Where(replica => replica.Answers).Select(replica => replica.Count).DefaultIfEmpty(null).Max();
}

/// <summary>One index server.</summary>
public sealed record ReplicaReport(
    [property: Description("Where web calls it.")] string Address,
    [property: Description("`ready`, `loading` (it catches up with the store), `full` (it answers, but takes no more pictures) or `away`.")]
    string State,
    [property: Description("Vectors that a search sees.")] long? Count,
    [property: Description("How far it is behind the store.")] double? LagSeconds,
    [property: Description("What has to be in memory.")] long? MemoryBytes,
    [property: Description("What that may reach; absent: anything."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    long? MemoryLimitBytes,
    [property: Description("Why it is away; absent when it is not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Error)
{
    /// <summary>Whether searches are answered by it.</summary>
    [JsonIgnore]
    public bool Answers => State is "ready" or "full";
}

/// <summary>One extractor.</summary>
public sealed record ExtractorReport(
    [property: Description("Where web calls it.")] string Address,
    [property: Description("`ready`, `loading` (it answers, but not yet with vectors) or `away`.")] string State,
    [property: Description("Why it is not ready; absent when it is."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Error);

/// <summary>The last minutes, oldest first, one entry a step; null where nothing is known.</summary>
public sealed record HistoryReport(
    double StepSeconds,
    [property: Description("Steps that the history can have; it has fewer after a start.")] int Steps,
    [property: Description("Searches per second that this web server ended.")] IReadOnlyList<double> SearchRate,
    [property: Description("Those of them that could not be answered, by no fault of the client.")] IReadOnlyList<double> SearchFailureRate,
    [property: Description("Median of the answered ones in milliseconds.")] IReadOnlyList<double?> SearchP50,
    [property: Description("In milliseconds.")] IReadOnlyList<double?> SearchP95,
    [property: Description("Vectors stored per second, all models together.")] IReadOnlyList<double?> ExtractionRate,
    [property: Description("Pictures waiting, all models together.")] IReadOnlyList<double?> QueueDepth);
