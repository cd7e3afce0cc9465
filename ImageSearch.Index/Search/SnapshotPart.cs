namespace ImageSearch.Index.Search;

/// <param name="Rows">Rows of the segment that the snapshot covers.</param>
internal readonly record struct SnapshotPart(Segment Segment, int Rows);
