namespace ImageSearch.Index.Search.Graph;

/// <summary>Rows that new ones may have links to: the writer's view.</summary>
internal readonly struct LivingRows(GraphSegment[] segments, int shift) : IRowFilter
{
    public bool Accepts(int row) => segments[row >> shift].IsAlive(row & ((1 << shift) - 1), int.MaxValue);
}
