namespace ImageSearch.Core.Imaging;

/// <summary>What a picture's header says.</summary>
/// <param name="ContentType">Media type found in the bytes.</param>
/// <param name="Width">Pixels as shown, after EXIF orientation.</param>
/// <param name="Height">Pixels as shown, after EXIF orientation.</param>
public sealed record ImageInfo(string ContentType, int Width, int Height);
