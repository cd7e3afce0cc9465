namespace ImageSearch.Client.Images;

/// <summary>Extractions (picture × model) that were put back to work.</summary>
public sealed record RetryResponse(int Retried);
