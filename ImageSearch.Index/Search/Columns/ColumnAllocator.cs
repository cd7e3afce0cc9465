namespace ImageSearch.Index.Search.Columns;

/// <summary>Where the columns of segments lie.</summary>
internal abstract class ColumnAllocator
{
    public abstract Column Allocate(ColumnKind kind, long bytes);
}
