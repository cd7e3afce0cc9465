namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>Tests that share a replicated system, and measure times: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(ReplicatedSystem), DisableParallelization = true)]
public sealed class ReplicatedSystem : ICollectionFixture<ReplicatedSystemFixture>;
