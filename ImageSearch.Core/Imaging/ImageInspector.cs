namespace ImageSearch.Core.Imaging;

/// <summary>Looks at a picture's first bytes and header, without decoding it.</summary>
public static class ImageInspector
{
    /// <exception cref="InvalidImageException">
    /// The bytes are empty, too many, of no supported format, cannot be read as the format that they begin like, or claim too many pixels.
    /// </exception>
    public static ImageInfo Inspect(ReadOnlyMemory<byte> content, ImageLimits limits) => throw new NotImplementedException();
}
