using System.IO.Hashing;

namespace ImageSearch.Index.Snapshots;

/// <summary>Where a piece of a snapshot lies.</summary>
/// <param name="Name">What it is, at most 16 ASCII characters; kinds of index have names of their own.</param>
/// <param name="Segment">Whose it is, -1 for the whole index.</param>
/// <param name="Offset">In the file, aligned to <see cref="SnapshotFile.Alignment"/>.</param>
/// <param name="Checksum"><see cref="XxHash64"/> of its bytes.</param>
internal readonly record struct SnapshotSection(string Name, int Segment, long Offset, long Length, ulong Checksum)
{
    /// <summary>Of a section of the whole index.</summary>
    public const int WholeIndex = -1;
}
