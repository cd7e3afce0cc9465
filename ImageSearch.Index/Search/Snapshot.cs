namespace ImageSearch.Index.Search;

/// <summary>The index as it was after one call of Apply: what a search sees from its beginning to its end.</summary>
/// <param name="Version">Rows that were dead by then are marked with it or an earlier one.</param>
/// <param name="Alive">Vectors that are found.</param>
internal sealed record Snapshot(SnapshotPart[] Parts, int Version, long Alive);
