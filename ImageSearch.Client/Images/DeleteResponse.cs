namespace ImageSearch.Client.Images;

/// <summary>Pictures that were deleted, and ids that there was no picture of.</summary>
public sealed record DeleteResponse(int Deleted, int Unknown);
