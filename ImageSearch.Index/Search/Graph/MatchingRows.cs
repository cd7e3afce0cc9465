using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>The rows of a snapshot that live, and have the tag if one is asked for.</summary>
internal readonly struct MatchingRows(Snapshot snapshot, TagFilter? tag) : IRowFilter
{
    public bool Accepts(int row)
    {
        var slot = row >> snapshot.SegmentShift;
        var inSegment = row & ((1 << snapshot.SegmentShift) - 1);
        return slot < snapshot.Parts.Length && inSegment < snapshot.Parts[slot].Rows && snapshot.Parts[slot].Segment!.Matches(inSegment, snapshot.Version, tag);
    }
}
