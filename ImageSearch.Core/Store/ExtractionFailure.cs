
namespace ImageSearch.Core.Store;

/// <summary>An extraction that was given up, and why, in words for a person.</summary>
public sealed record ExtractionFailure(ImageId Id, int Attempts, string Reason);
