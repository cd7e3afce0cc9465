using System.IO.Hashing;

namespace ImageSearch.Index.Snapshots;

/// <summary>What a snapshot says about itself.</summary>
/// <param name="Kind">Algorithm and parameters that the index was built with.</param>
/// <param name="Position">Of the change feed: everything before it is included.</param>
/// <param name="SegmentRows">Rows of a full segment.</param>
/// <param name="Segments">Slots of segments, those that were dropped included.</param>
/// <param name="Alive">Vectors that a search finds.</param>
internal sealed record SnapshotHeader(
    SnapshotIdentity Identity, IndexKind Kind, string? Position, DateTimeOffset SavedAt, int SegmentRows, int Segments, long Alive);

/// <summary>Whose vectors a snapshot holds; one of something else cannot be used.</summary>
internal sealed record SnapshotIdentity(string Model, string Version, int Dimension, int Shard, int Shards)
{
    /// <summary>One name per shard, so that a changed number of shards does not overwrite what another process still uses.</summary>
    public string FileName => $"{Uri.EscapeDataString(Model)}-{Uri.EscapeDataString(Version)}-{Shard}-of-{Shards}{SnapshotFile.Extension}";

    public override string ToString() => $"model {Model}, version {Version}, {Dimension} dimensions, shard {Shard} of {Shards}";
}

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
