namespace ImageSearch.Index.Search.Graph;

/// <summary>Nothing is dead, and nothing was asked for but the nearest.</summary>
internal readonly struct AllRows : IRowFilter
{
    public bool Accepts(int row) => true;
}
