using System.ComponentModel;

namespace ImageSearch.Web.SystemStatus;

/// <summary>One shard of a model.</summary>
public sealed record SystemShard(
    int Shard,
    [property: Description("Replicas that the topology declares. Where several stand behind one address, only the one that answered is listed.")] int Declared,
    IReadOnlyList<ReplicaReport> Replicas)
{
    /// <summary>What a search of this shard sees; null when no replica can answer one.</summary>
    internal long? Count => Replicas.Where(replica => replica.Answers).Select(replica => replica.Count).DefaultIfEmpty(null).Max();
}
