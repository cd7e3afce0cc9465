namespace ImageSearch.Client.Images;

/// <summary>What is known of a picture.</summary>
/// <param name="Id">SHA-256 of its bytes, 64 hexadecimal digits.</param>
/// <param name="Source">Where it came from: a file name, a URL. Data to show, never a path to open.</param>
/// <param name="Width">Pixels as shown.</param>
/// <param name="Height">Pixels as shown.</param>
public sealed record ImageRecord(
    string Id, string Source, string ContentType, int Width, int Height, long Bytes, IReadOnlyList<string> Tags, DateTimeOffset AddedAt);
