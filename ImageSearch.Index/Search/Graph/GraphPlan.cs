namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Whether a search goes through the graph or looks at every row that matches. With a filter that keeps one row in s, the graph has to be
/// followed until ef of them are found, which is about s times as far; so the fewer match, the longer takes the graph and the shorter the
/// scan.
/// </summary>
/// <remarks>Costs are relative; measured with 512 dimensions, and much the same with others.</remarks>
/// <param name="JumpedRow">Of comparing a row that the graph leads to: its codes are anywhere in memory.</param>
/// <param name="ScannedRow">Of comparing a row in the order of memory.</param>
/// <param name="FilteredRow">Of looking whether a row matches.</param>
internal sealed record GraphPlan(double JumpedRow = 4, double ScannedRow = 1, double FilteredRow = 0.2)
{
    /// <summary>Rows that are compared for a candidate, and before the first one.</summary>
    private const double RowsPerCandidate = 12;
    private const double RowsOnTheWay = 250;

    /// <summary>A scan's answer is exact, which is worth a little more time.</summary>
    private const double WorthOfExactness = 1.5;

    /// <param name="rows">Of the snapshot, dead ones included.</param>
    /// <param name="matching">Rows that live and have the tag, about.</param>
    public bool Scans(long rows, long matching, int ef)
    {
        if (matching <= ef)
        {
            return true;
        }

        var scan = (matching * ScannedRow) + (rows * FilteredRow);
        var graph = Math.Min((ef * RowsPerCandidate * rows / matching) + RowsOnTheWay, rows) * JumpedRow;
        return scan <= graph * WorthOfExactness;
    }
}
