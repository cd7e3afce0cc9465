namespace ImageSearch.Core.Imaging;

/// <summary>What can be wrong with a picture: stable slugs, and sentences for a person.</summary>
public static class ImageProblems
{
    public const string Empty = "empty-file";
    public const string TooLarge = "file-too-large";
    public const string Unsupported = "unsupported-format";
    public const string Unreadable = "unreadable-image";
    public const string TooManyPixels = "too-many-pixels";

    private const string Formats = "JPEG, PNG, WebP, GIF, TIFF and AVIF";

    internal static InvalidImageException EmptyFile() => new(Empty, "The file is empty. Choose a picture.");

    internal static InvalidImageException FileTooLarge(long bytes, long maximum) =>
        new(TooLarge, $"The file has {bytes:N0} bytes; at most {maximum:N0} are taken. Make the picture smaller.");

    internal static InvalidImageException UnsupportedFormat(string? name) => new(Unsupported, name is null
        ? $"The file is no picture of a supported format ({Formats})."
        : $"{name} is not supported. Save the picture as one of {Formats}.");

    internal static InvalidImageException UnsupportedCompression(string name) => new(
        Unsupported, $"The TIFF is compressed with {name}, which is not supported. Save it with LZW, Deflate, JPEG or no compression.");

    internal static InvalidImageException ArithmeticJpeg() => new(
        Unsupported, "The JPEG uses arithmetic coding, which is not supported. Save it with Huffman coding, as nearly every program does.");

    internal static InvalidImageException CameraRaw() => new(
        Unsupported, $"The file is a camera raw (a TIFF with sensor data), which is not supported. Develop it and save the picture as one of {Formats}.");

    internal static InvalidImageException ReducedCopyOnly() => new(
        Unsupported, "The TIFF has only a reduced copy of its picture, not the picture itself. Save the picture anew.");

    internal static InvalidImageException UnreadableHeader(string contentType) =>
        new(Unreadable, $"The file begins like {contentType} but cannot be read: it is truncated or damaged. Save the picture anew.");

    internal static InvalidImageException UnreadablePixels() =>
        new(Unreadable, "The picture is truncated or damaged: it does not decode to its end. Save it anew.");

    internal static InvalidImageException Pixels(long width, long height, long maximum) =>
        new(TooManyPixels, $"The picture has {width:N0} × {height:N0} pixels; at most {maximum:N0} in all are taken. Make it smaller.");
}

/// <summary>The bytes are no picture that this system takes. No further attempt will change that.</summary>
/// <param name="problem">Stable slug for problem details, such as <c>unsupported-format</c>.</param>
/// <param name="message">What is wrong and what to do, for a person; without paths or internals.</param>
public sealed class InvalidImageException(string problem, string message) : Exception(message)
{
    public string Problem { get; } = problem;
}
