namespace ImageSearch.Index.Search.Columns;

/// <summary>Where the columns of segments lie.</summary>
internal abstract class ColumnAllocator
{
    public abstract Column Allocate(ColumnKind kind, long bytes);

    /// <summary>Whether a column of this kind lies in a file rather than in memory of its own.</summary>
    public virtual bool IsMapped(ColumnKind kind) => false;
}

/// <summary>Everything in memory.</summary>
internal sealed class MemoryColumns : ColumnAllocator
{
    public static MemoryColumns Instance { get; } = new();

    public override Column Allocate(ColumnKind kind, long bytes) => new AlignedMemory(bytes);
}

/// <summary>What a search looks at for its few last candidates only, their vectors and ids, in mapped files; the rest in memory.</summary>
/// <param name="directory">On a disk with room for them. The files are gone when the process is.</param>
internal sealed class MappedRowColumns(string directory) : ColumnAllocator
{
    public override Column Allocate(ColumnKind kind, long bytes) =>
        IsMapped(kind) ? new MappedColumn(directory, bytes) : new AlignedMemory(bytes);

    public override bool IsMapped(ColumnKind kind) => kind is ColumnKind.Ids or ColumnKind.Vectors;
}
