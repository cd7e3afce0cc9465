using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ImageSearch.Ingest.Uploads;

/// <summary>
/// What an upload consists of, in 64 digits: its files' content and names in their order, and its tags. The bytes of the body would not do,
/// as each try has another boundary.
/// </summary>
internal static class UploadFingerprint
{
    public static string Of(IReadOnlyList<UploadEntry> entries, IReadOnlyList<string> tags)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            Add(hash, entry.Source);
            Add(hash, entry.Content?.ToString() ?? "too large");
        }

        Span<byte> files = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(files, entries.Count);
        hash.AppendData(files);
        foreach (var tag in tags)
        {
            Add(hash, tag);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>With its length, so that no two lists of texts run together into the same bytes.</summary>
    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
