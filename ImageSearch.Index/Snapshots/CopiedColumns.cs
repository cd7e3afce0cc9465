using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// The columns of a segment that was read from a snapshot, copied into memory where memory is their place; the others are shared.
/// </summary>
internal sealed unsafe class CopiedColumns(IReadOnlyList<(ColumnKind Kind, Column Column)> from, ColumnAllocator own) : ColumnAllocator
{
    private int _next;

    public static long BytesToCopy(SegmentedIndex index) =>
        index.Current.Parts.Sum(part => part.Segment is null ? 0 : BytesToCopy(part.Segment.Columns, index.Allocator));

    public static long BytesToCopy(IReadOnlyList<(ColumnKind Kind, Column Column)> columns, ColumnAllocator own) =>
        columns.Sum(column => IsToBeCopied(column.Kind, column.Column, own) ? column.Column.Bytes : 0);

    public override Column Allocate(ColumnKind kind, long bytes)
    {
        var (_, column) = from[_next++];
        if (!IsToBeCopied(kind, column, own))
        {
            return column;
        }

        var copy = own.Allocate(kind, bytes);
        Buffer.MemoryCopy(column.Pointer, copy.Pointer, copy.Bytes, bytes);
        return copy;
    }

    private static bool IsToBeCopied(ColumnKind kind, Column column, ColumnAllocator own) =>
        column is SnapshotColumn && !own.IsMapped(kind);
}
