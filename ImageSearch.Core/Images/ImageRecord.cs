namespace ImageSearch.Core.Images;

/// <summary>What is known of a picture besides its bytes.</summary>
/// <param name="Id">Hash of the bytes.</param>
/// <param name="Source">Where it came from, as given: a file name, a URL. Data to show, never a path to open.</param>
/// <param name="ContentType">Media type found in the bytes, not the one that a client claimed.</param>
/// <param name="Width">Pixels as shown, after EXIF orientation.</param>
/// <param name="Height">Pixels as shown, after EXIF orientation.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="Tags">Tags, distinct, in ordinal order.</param>
/// <param name="AddedAt">When the store took it in: the store's clock.</param>
public sealed record ImageRecord(
    ImageId Id,
    string Source,
    string ContentType,
    int Width,
    int Height,
    long Bytes,
    IReadOnlyList<string> Tags,
    DateTimeOffset AddedAt);
