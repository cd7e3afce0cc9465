namespace ImageSearch.Client.Status;

/// <summary>What an operator looks at first.</summary>
/// <param name="At">When the figures were taken, some seconds ago at most.</param>
/// <param name="Instance">The web server that answered: the searches of the history are its own.</param>
public sealed record SystemStatus(
    IReadOnlyList<SystemModel> Models, IReadOnlyList<SystemQueue> Queues, SystemHistory? History = null, DateTimeOffset? At = null, string? Instance = null);
