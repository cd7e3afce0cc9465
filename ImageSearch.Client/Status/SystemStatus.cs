namespace ImageSearch.Client.Status;

/// <summary>What an operator looks at first.</summary>
public sealed record SystemStatus(IReadOnlyList<SystemModel> Models, IReadOnlyList<SystemQueue> Queues, SystemHistory? History = null);
