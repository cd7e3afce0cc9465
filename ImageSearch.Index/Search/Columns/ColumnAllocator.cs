namespace ImageSearch.Index.Search.Columns;

/// <summary>Where the columns of segments lie.</summary>
internal abstract class ColumnAllocator
{
    public abstract Column Allocate(ColumnKind kind, long bytes);

    /// <summary>Whether a column of this kind lies in a file rather than in memory of its own.</summary>
    public virtual bool IsMapped(ColumnKind kind) => false;
}
