namespace ImageSearch.Client.Status;

/// <summary>One index server.</summary>
/// <param name="State"><c>ready</c>, <c>loading</c>, <c>full</c>, <c>away</c>.</param>
/// <param name="Count">Vectors that a search sees.</param>
/// <param name="LagSeconds">How far it is behind the store.</param>
/// <param name="MemoryBytes">What has to be in memory.</param>
/// <param name="MemoryLimitBytes">What that may reach; null: anything.</param>
/// <param name="Error">Why it is away; null when it is not.</param>
public sealed record SystemReplica(
    string? Address = null,
    long? Count = null,
    string? State = null,
    double? LagSeconds = null,
    long? MemoryBytes = null,
    long? MemoryLimitBytes = null,
    string? Error = null);
