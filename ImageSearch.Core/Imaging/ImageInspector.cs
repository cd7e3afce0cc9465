using NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>Looks at a picture's first bytes and header, without decoding it.</summary>
public static class ImageInspector
{
    /// <summary>
    /// More channels than any picture that is shown has; samples without bound per pixel would escape the limit on pixels.
    /// </summary>
    private const int MaximumBands = 8;

    /// <exception cref="InvalidImageException">
    /// The bytes are empty, too many, of no supported format or compression, cannot be read as the format that they begin like, or claim
    /// too many pixels.
    /// </exception>
    public static ImageInfo Inspect(ReadOnlyMemory<byte> content, ImageLimits limits) => Inspect(content, limits, out _);

    internal static ImageInfo Inspect(ReadOnlyMemory<byte> content, ImageLimits limits, out EncodedPicture picture)
    {
        if (content.IsEmpty)
        {
            throw ImageProblems.EmptyFile();
        }

        if (content.Length > limits.MaximumBytes)
        {
            throw ImageProblems.FileTooLarge(content.Length, limits.MaximumBytes);
        }

        picture = EncodedPicture.Of(content);
        try
        {
            using var header = picture.Open();
            var (width, height) = SwapsSides(header) ? (header.Height, header.Width) : (header.Width, header.Height);
            if ((long)width * height > limits.MaximumPixels)
            {
                throw ImageProblems.Pixels(width, height, limits.MaximumPixels);
            }

            return header.Bands <= MaximumBands
                ? new ImageInfo(picture.ContentType, width, height)
                : throw ImageProblems.UnreadableHeader(picture.ContentType);
        }
        catch (VipsException)
        {
            throw ImageProblems.UnreadableHeader(picture.ContentType);
        }
    }

    /// <summary>EXIF says that width and height change places when the picture is shown.</summary>
    private static bool SwapsSides(Image header) => header.Contains("orientation") && header.Get("orientation") is int and >= 5 and <= 8;
}
