using System.Security.Cryptography;
using System.Text;
using ImageSearch.Core.Blobs;

namespace ImageSearch.Core.FileSystem;

/// <summary>Where a blob's file lies. Keys are checked before any of them becomes part of a path.</summary>
internal static class BlobPath
{
    /// <summary>
    /// <c>images/3fa…</c> lies in <c>images/c1/3fa…~</c>: 256 folders for each prefix, chosen by a hash. No key has a '~', so a file is
    /// never taken for the folder of another key, nor one of the store's own folders for either.
    /// </summary>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    public static string Of(string root, string key)
    {
        var segments = BlobKeys.Validate(key);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(key), hash);
        return Path.Combine([root, .. segments[..^1], Convert.ToHexStringLower(hash[..1]), segments[^1] + "~"]);
    }
}
