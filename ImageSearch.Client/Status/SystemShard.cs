namespace ImageSearch.Client.Status;

/// <summary>A shard's replicas.</summary>
public sealed record SystemShard(int Shard, IReadOnlyList<SystemReplica> Replicas);
