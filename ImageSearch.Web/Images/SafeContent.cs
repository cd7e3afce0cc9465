using System.Globalization;
using System.Text;

namespace ImageSearch.Web.Images;

/// <summary>How a picture's bytes are labelled so that no browser takes them for anything but a picture.</summary>
internal static class SafeContent
{
    private const int MaximumNameLength = 100;
    private const int ZeroWidthNonJoiner = 0x200c;
    private const int ZeroWidthJoiner = 0x200d;

    // Parts of paths and patterns: one system or another takes none of them in a name.
    private static readonly int[] Forbidden = [.. "/\\:*?\"<>|".Select(c => (int)c)];

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

    public static string TypeOf(ImageRecord image) =>
        Extensions.ContainsKey(image.ContentType) ? image.ContentType : "application/octet-stream";

    /// <summary>
    /// Inline for pictures, attachment for all else. The name is that of the source without its path, with the extension of its type: in
    /// full as <c>filename*</c> (RFC 8187), and in ASCII as <c>filename</c> for clients that know no other (RFC 6266).
    /// </summary>
    public static string Disposition(ImageRecord image)
    {
        var known = Extensions.TryGetValue(image.ContentType, out var extension);
        var name = NameOf(image) + (extension ?? ".bin");
        var ascii = string.Concat(
            name.EnumerateRunes().Select(rune => rune is { IsAscii: true, Value: not ('"' or '%') } ? rune.ToString() : "_"));
        return $"{(known ? "inline" : "attachment")}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
    }

    private static string NameOf(ImageRecord image)
    {
        var source = Uri.TryCreate(image.Source, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? Uri.UnescapeDataString(address.AbsolutePath)
            : image.Source;
        source = source.TrimEnd('/', '\\');
        var last = source[(source.LastIndexOfAny(['/', '\\']) + 1)..];
        var stem = last.LastIndexOf('.') is > 0 and var dot ? last[..dot] : last;
        var safe = new StringBuilder();
        foreach (var rune in stem.EnumerateRunes().Take(MaximumNameLength))
        {
            safe.Append(IsSafe(rune) ? rune.ToString() : "_");
        }

        return safe.ToString().Trim(' ', '.') is { Length: > 0 } name ? name : image.Id.ToString()[..12];
    }

    /// <summary>
    /// Whether a file system takes it, and a person sees it: marks and emoji are names, joiners hold them together, and overrides of
    /// direction are tricks.
    /// </summary>
    private static bool IsSafe(Rune rune) => rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner
        || (!Forbidden.Contains(rune.Value) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse)
            && rune != Rune.ReplacementChar);
}
