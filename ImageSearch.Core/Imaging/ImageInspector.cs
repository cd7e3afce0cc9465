using ImageSearch.Core.Imaging.Native;

namespace ImageSearch.Core.Imaging;

/// <summary>Looks at a picture's first bytes and header, without decoding it.</summary>
public static class ImageInspector
{
    /// <summary>More channels than any picture that is shown has; samples without bound per pixel would escape the limit on pixels.</summary>
    private const int MaximumBands = 8;

    /// <exception cref="InvalidImageException">
    /// The bytes are empty, too many, of no supported format, cannot be read as the format that they begin like, or claim too many pixels.
    /// </exception>
    public static unsafe ImageInfo Inspect(ReadOnlyMemory<byte> content, ImageLimits limits)
    {
        if (content.IsEmpty)
        {
            throw ImageProblems.EmptyFile();
        }

        if (content.Length > limits.MaximumBytes)
        {
            throw ImageProblems.FileTooLarge(content.Length, limits.MaximumBytes);
        }

        var contentType = ImageFormat.Sniff(content.Span) ?? throw ImageProblems.UnsupportedFormat(ImageFormat.NameUnsupported(content.Span));
        using var pin = content.Pin();
        try
        {
            using var header = ImageLoader.Open(pin.Pointer, content.Length);
            var (width, height) = header.SwapsSides ? (header.Height, header.Width) : (header.Width, header.Height);
            if ((long)width * height > limits.MaximumPixels)
            {
                throw ImageProblems.Pixels(width, height, limits.MaximumPixels);
            }

            return header.Bands <= MaximumBands ? new ImageInfo(contentType, width, height) : throw ImageProblems.UnreadableHeader(contentType);
        }
        catch (VipsException)
        {
            throw ImageProblems.UnreadableHeader(contentType);
        }
    }
}
