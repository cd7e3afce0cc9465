namespace ImageSearch.Index.Search.Columns;

/// <summary>What a search looks at for its few last candidates only, their vectors and ids, in mapped files; the rest in memory.</summary>
/// <param name="directory">On a disk with room for them. The files are gone when the process is.</param>
internal sealed class MappedRowColumns(string directory) : ColumnAllocator
{
    public override Column Allocate(ColumnKind kind, long bytes) => IsMapped(kind) ? new MappedColumn(directory, bytes) : new AlignedMemory(bytes);

    public override bool IsMapped(ColumnKind kind) => kind is ColumnKind.Ids or ColumnKind.Vectors;
}
