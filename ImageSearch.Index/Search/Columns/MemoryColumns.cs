namespace ImageSearch.Index.Search.Columns;

/// <summary>Everything in memory.</summary>
internal sealed class MemoryColumns : ColumnAllocator
{
    public static MemoryColumns Instance { get; } = new();

    public override Column Allocate(ColumnKind kind, long bytes) => new AlignedMemory(bytes);
}
