
namespace ImageSearch.Index.Search.Rows;

/// <summary>The index as it was after one call of Apply: what a search sees from its beginning to its end.</summary>
/// <param name="parts">By slot: the row with the number r is row r % SegmentRows of the segment in slot r / SegmentRows.</param>
/// <param name="segmentShift">Binary logarithm of SegmentRows.</param>
/// <param name="version">Rows that were dead by then are marked with it or an earlier one.</param>
/// <param name="alive">Vectors that are found.</param>
/// <param name="state">What the kind of index needs besides rows.</param>
internal sealed class ReadView(SnapshotPart[] parts, int segmentShift, int version, long alive, object? state)
{
    public SnapshotPart[] Parts { get; } = parts;

    public int SegmentShift { get; } = segmentShift;

    public int Version { get; } = version;

    public long Alive { get; } = alive;

    public object? State { get; } = state;

    public ImageId Id(int row) => Parts[row >> SegmentShift].Segment!.Id(row & ((1 << SegmentShift) - 1));
}

/// <param name="Segment">Null where one was dropped and none took its slot yet; <paramref name="Rows"/> is 0 there.</param>
/// <param name="Rows">Rows of the segment that the snapshot covers.</param>
internal readonly record struct SnapshotPart(Segment? Segment, int Rows);
