namespace ImageSearch.Client.Images;

/// <summary>Pictures whose tags have changed, and ids that there was no picture of.</summary>
public sealed record TagResponse(int Changed, int Unknown);
