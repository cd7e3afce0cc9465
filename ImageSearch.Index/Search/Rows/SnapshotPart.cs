namespace ImageSearch.Index.Search.Rows;

/// <param name="Segment">Null where one was dropped and none took its slot yet; <paramref name="Rows"/> is 0 there.</param>
/// <param name="Rows">Rows of the segment that the snapshot covers.</param>
internal readonly record struct SnapshotPart(Segment? Segment, int Rows);
