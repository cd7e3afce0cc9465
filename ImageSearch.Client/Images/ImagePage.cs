namespace ImageSearch.Client.Images;

/// <summary>One page of the collection, newest first.</summary>
/// <param name="Next">Cursor of the following page; null at the end.</param>
public sealed record ImagePage(IReadOnlyList<ImageRecord> Images, string? Next);
