namespace ImageSearch.Index.Search.Graph;

/// <summary>Every row of a snapshot in which nothing is dead: only what came later does not count.</summary>
internal readonly struct RowsBefore(int end) : IRowFilter
{
    public bool Accepts(int row) => row < end;
}
