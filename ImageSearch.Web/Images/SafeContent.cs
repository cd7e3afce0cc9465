using ImageSearch.Core.Images;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Images;

/// <summary>How a picture's bytes are labelled so that no browser takes them for anything but a picture.</summary>
internal static class SafeContent
{
    private const int MaximumNameLength = 100;

    // Whatever a record says: only these are shown in a browser. SVG is not among them, it can carry scripts.
    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["image/jpeg"] = ".jpg",
        ["image/png"] = ".png",
        ["image/webp"] = ".webp",
        ["image/gif"] = ".gif",
        ["image/tiff"] = ".tiff",
        ["image/avif"] = ".avif",
        ["image/heic"] = ".heic",
        ["image/heif"] = ".heif",
        ["image/bmp"] = ".bmp",
    };

    public static string TypeOf(ImageRecord image) => Extensions.ContainsKey(image.ContentType) ? image.ContentType : "application/octet-stream";

    /// <summary>Inline for pictures, attachment for all else; the name is that of the source, without its path and with the extension of its type.</summary>
    public static string Disposition(ImageRecord image)
    {
        var known = Extensions.TryGetValue(image.ContentType, out var extension);
        var disposition = new ContentDispositionHeaderValue(known ? "inline" : "attachment");
        disposition.SetHttpFileName(NameOf(image) + (extension ?? ".bin"));
        return disposition.ToString();
    }

    private static string NameOf(ImageRecord image)
    {
        var source = image.Source.Split('?', '#')[0].TrimEnd('/', '\\');
        var last = source[(source.LastIndexOfAny(['/', '\\']) + 1)..];
        var stem = last.LastIndexOf('.') is > 0 and var dot ? last[..dot] : last;
        var safe = new string([.. stem.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ' ' ? c : '_').Take(MaximumNameLength)]).Trim(' ', '.');
        return safe.Length > 0 ? safe : image.Id.ToString()[..12];
    }
}
