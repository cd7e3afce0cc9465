
namespace ImageSearch.Core.Blobs;

/// <summary>Where what lies in the blob store.</summary>
public static class BlobKeys
{
    private const int MaximumLength = 200;

    public static string Image(ImageId id) => $"images/{id}";

    public static string Thumbnail(ImageId id, int size) => $"thumbnails/{size}/{id}";

    /// <summary>For implementations: before a key becomes part of anything.</summary>
    /// <returns>The key's segments.</returns>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    internal static string[] Validate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var segments = key.Split('/');
        return key.Length <= MaximumLength && key.All(IsAllowed) && !segments.Any(segment => segment is "" or "." or "..")
            ? segments
            : throw new ArgumentException(
                "A blob's key is 1 to 200 characters of [a-z0-9._-] in segments separated by '/', none of them empty, \".\" or \"..\".",
                nameof(key));
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' or '/';
}
