namespace ImageSearch.Index.Snapshots;

/// <summary>
/// The format of a shard's snapshot. All numbers are little-endian; columns are as they are in memory.
/// <code>
/// 0        magic, 8 bytes
/// 8        format version, uint32
/// 12       bytes of header and table with their checksum, uint32
/// 16       length of the file, int64
/// 24       header, then the table of sections        (SnapshotHeaderCodec)
/// n - 8    checksum of the bytes 0 .. n - 8          (XxHash64)
/// ...      sections, each aligned to 4,096 bytes, in the order of the table; one checksum each
/// </code>
/// A file is written under a temporary name in the same directory, flushed to the disk and renamed, so that under its own name it is whole
/// or was never there. It is never changed afterwards: who has it mapped keeps what it mapped.
/// </summary>
internal static class SnapshotFile
{
    /// <summary>
    /// In version 1 vectors of <c>Exact</c> lay in another order, in sections of the same names; up to version 2 positions of the feed were
    /// numbers. No release may read another's.
    /// </summary>
    public const uint FormatVersion = 3;

    public const string Extension = ".snapshot";
    public const string TemporaryExtension = ".partial";

    /// <summary>
    /// A page of memory: sections can be mapped. More would not help: where files are mapped in large pages, these are of the file,
    /// whatever begins in them.
    /// </summary>
    public const int Alignment = 4096;

    /// <summary>Bytes before what <see cref="SnapshotHeaderCodec"/> writes.</summary>
    public const int Preamble = 24;

    /// <summary>A table for 400 million rows would be smaller.</summary>
    public const int LargestHeader = 64 * 1024 * 1024;

    /// <summary>High bit, line ends and end-of-file: what a transfer as text would change.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'I', (byte)'M', (byte)'X', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public static long Align(long offset) => (offset + Alignment - 1) & ~(long)(Alignment - 1);
}

/// <summary>
/// The file is no snapshot that can be used: torn, damaged, of another format or of something else. The message says which.
/// </summary>
internal sealed class InvalidSnapshotException(string message) : Exception(message);
