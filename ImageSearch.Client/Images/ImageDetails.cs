namespace ImageSearch.Client.Images;

/// <summary>A picture's record, and its state in every declared model.</summary>
public sealed record ImageDetails(
    string Id,
    string Source,
    string ContentType,
    int Width,
    int Height,
    long Bytes,
    IReadOnlyList<string> Tags,
    DateTimeOffset AddedAt,
    IReadOnlyList<ModelState> Models);
