namespace ImageSearch.Client.Status;

/// <summary>A model's queue.</summary>
/// <param name="Dead">Pictures that were given up.</param>
public sealed record SystemQueue(string Model, long? Waiting, long? Working, long? Dead);
