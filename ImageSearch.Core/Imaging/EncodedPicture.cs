using NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>A picture's bytes, and what its loader has to be told to give the picture that the file shows.</summary>
/// <param name="Content">What the loader reads: the file, mended where its container is odd and its pixels are whole.</param>
/// <param name="Options">Options of the loader that choose one of several pictures in the file; empty for the first.</param>
internal readonly record struct EncodedPicture(string ContentType, ReadOnlyMemory<byte> Content, VOption Options)
{
    /// <exception cref="InvalidImageException">The format, or what the file has in it, is not supported.</exception>
    public static EncodedPicture Of(ReadOnlyMemory<byte> file)
    {
        var contentType = ImageFormat.Sniff(file.Span) ?? throw ImageProblems.UnsupportedFormat(ImageFormat.NameUnsupported(file.Span));
        return contentType switch
        {
            "image/jpeg" => new EncodedPicture(contentType, JpegContainer.Mend(file), []),
            "image/tiff" => new EncodedPicture(contentType, file, TiffDirectories.ChoosePicture(file.Span)),
            "image/avif" => new EncodedPicture(contentType, ImageFormat.AsStillAvif(file), []),
            _ => new EncodedPicture(contentType, file, []),
        };
    }

    /// <summary>Opens the header; pixels are decoded when they are asked for.</summary>
    /// <param name="option">One more option of the loader, such as <c>shrink</c>.</param>
    /// <exception cref="VipsException">No loader that may be used here reads these bytes.</exception>
    public Image Open(string? option = null, object? value = null)
    {
        Libvips.EnsureStarted();
        var options = new VOption();
        foreach (var (name, setting) in Options)
        {
            options.Add(name, setting);
        }

        if (option is not null)
        {
            options.Add(option, value);
        }

        // Truncated files and damaged data fail, where a grey lower half would be embedded. A JPEG decoder only warns of lost blocks,
        // so warnings are errors there; the harmless ones are mended before (JpegContainer).
        var failOn = ContentType == "image/jpeg" ? Enums.FailOn.Warning : Enums.FailOn.Error;
        return Image.NewFromBuffer(Content.Span, access: Enums.Access.Sequential, failOn: failOn, kwargs: options);
    }

    /// <summary>Runs a decoding to its end.</summary>
    /// <exception cref="InvalidImageException">The pixels are not all there.</exception>
    public void Decode(Action decode)
    {
        var before = Libvips.DecodedWithWarnings;
        try
        {
            decode();
        }
        catch (VipsException)
        {
            throw ImageProblems.UnreadablePixels();
        }

        // Blocks that are missing in the last rows: the loader looks for warnings before each strip, not after the last.
        if (ContentType == "image/jpeg" && Libvips.DecodedWithWarnings != before)
        {
            throw ImageProblems.UnreadablePixels();
        }
    }
}
