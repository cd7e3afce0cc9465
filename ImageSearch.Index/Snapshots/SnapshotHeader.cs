namespace ImageSearch.Index.Snapshots;

/// <summary>What a snapshot says about itself.</summary>
/// <param name="Kind">Kind of index, its algorithm's name.</param>
/// <param name="Parameters">What the kind was built with.</param>
/// <param name="Position">Of the change feed: everything before it is included.</param>
/// <param name="SegmentRows">Rows of a full segment.</param>
/// <param name="Segments">Slots of segments, those that were dropped included.</param>
/// <param name="Alive">Vectors that a search finds.</param>
internal sealed record SnapshotHeader(
    SnapshotIdentity Identity,
    string Kind,
    IReadOnlyDictionary<string, long> Parameters,
    long Position,
    DateTimeOffset SavedAt,
    int SegmentRows,
    int Segments,
    long Alive)
{
    /// <summary>Whether an index of this kind with these parameters is what the snapshot holds.</summary>
    public bool IsBuiltAs(string kind, IReadOnlyDictionary<string, long> parameters) =>
        Kind == kind && Parameters.Count == parameters.Count && parameters.All(pair => Parameters.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
