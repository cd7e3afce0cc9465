namespace ImageSearch.Client.Status;

/// <summary>One index server.</summary>
/// <param name="State"><c>loading</c>, <c>ready</c>, <c>full</c>, …</param>
/// <param name="LagSeconds">How far it is behind the store.</param>
/// <param name="Error">Why it does not answer; null when it does.</param>
public sealed record SystemReplica(
    string? Address = null, long? Count = null, string? State = null, double? LagSeconds = null, long? MemoryBytes = null, string? Error = null);
