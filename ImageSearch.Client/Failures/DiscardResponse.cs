namespace ImageSearch.Client.Failures;

/// <summary>Pictures that were deleted from the collection.</summary>
public sealed record DiscardResponse(int Discarded);
