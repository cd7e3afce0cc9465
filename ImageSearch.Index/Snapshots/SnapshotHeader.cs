namespace ImageSearch.Index.Snapshots;

/// <summary>What a snapshot says about itself.</summary>
/// <param name="Kind">Algorithm and parameters that the index was built with.</param>
/// <param name="Position">Of the change feed: everything before it is included.</param>
/// <param name="SegmentRows">Rows of a full segment.</param>
/// <param name="Segments">Slots of segments, those that were dropped included.</param>
/// <param name="Alive">Vectors that a search finds.</param>
internal sealed record SnapshotHeader(
    SnapshotIdentity Identity, IndexKind Kind, long Position, DateTimeOffset SavedAt, int SegmentRows, int Segments, long Alive);
