using ImageSearch.Core.Images;

namespace ImageSearch.Core.Store;

/// <summary>One page of the collection; <paramref name="Next"/> is the cursor of the following page, null at the end.</summary>
public sealed record ImagePage(IReadOnlyList<ImageRecord> Images, string? Next);
