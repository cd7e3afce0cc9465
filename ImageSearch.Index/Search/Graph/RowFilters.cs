using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>Which rows may be results. Implemented by structures, so that a search is compiled for each.</summary>
internal interface IRowFilter
{
    bool Accepts(int row);
}

/// <summary>Nothing is dead, and nothing was asked for but the nearest.</summary>
internal readonly struct AllRows : IRowFilter
{
    public bool Accepts(int row) => true;
}

/// <summary>Every row of a snapshot in which nothing is dead: only what came later does not count.</summary>
internal readonly struct RowsBefore(int end) : IRowFilter
{
    public bool Accepts(int row) => row < end;
}

/// <summary>The rows of a snapshot that live, and have the tag if one is asked for.</summary>
internal readonly struct MatchingRows(ReadView snapshot, TagFilter? tag) : IRowFilter
{
    public bool Accepts(int row)
    {
        var slot = row >> snapshot.SegmentShift;
        var inSegment = row & ((1 << snapshot.SegmentShift) - 1);
        return slot < snapshot.Parts.Length && inSegment < snapshot.Parts[slot].Rows
            && snapshot.Parts[slot].Segment!.Matches(inSegment, snapshot.Version, tag);
    }
}

/// <summary>Rows that new ones may have links to: the writer's view.</summary>
internal readonly struct LivingRows(GraphSegment[] segments, int shift) : IRowFilter
{
    public bool Accepts(int row) => segments[row >> shift].IsAlive(row & ((1 << shift) - 1), int.MaxValue);
}
