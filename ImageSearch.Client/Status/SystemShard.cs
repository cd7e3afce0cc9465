namespace ImageSearch.Client.Status;

/// <summary>A shard's replicas.</summary>
/// <param name="Declared">Replicas that the topology declares; of several behind one address only the one that answered is listed.</param>
public sealed record SystemShard(int Shard, IReadOnlyList<SystemReplica> Replicas, int? Declared = null);
