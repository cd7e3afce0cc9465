using System.Security.Cryptography;
using System.Text;

namespace ImageSearch.Core.FileSystem;

/// <summary>Where a blob's file lies. Keys are checked here, before any of them becomes part of a path.</summary>
internal static class BlobPath
{
    private const int MaximumLength = 200;

    /// <summary>
    /// <c>images/3fa…</c> lies in <c>images/c1/3fa…~</c>: 256 folders for each prefix, chosen by a hash. No key has a '~', so a file is
    /// never taken for the folder of another key, nor one of the store's own folders for either.
    /// </summary>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    public static string Of(string root, string key)
    {
        var segments = Validate(key);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(key), hash);
        return Path.Combine([root, .. segments[..^1], Convert.ToHexStringLower(hash[..1]), segments[^1] + "~"]);
    }

    private static string[] Validate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var segments = key.Split('/');
        return key.Length <= MaximumLength && key.All(IsAllowed) && !segments.Any(segment => segment is "" or "." or "..")
            ? segments
            : throw new ArgumentException("A blob's key is 1 to 200 characters of [a-z0-9._-] in segments separated by '/', none of them empty, \".\" or \"..\".", nameof(key));
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' or '/';
}
