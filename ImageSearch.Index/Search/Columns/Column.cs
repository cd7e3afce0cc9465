using System.Runtime.ConstrainedExecution;

namespace ImageSearch.Index.Search.Columns;

/// <summary>
/// Memory outside the managed heap, zeroed, aligned to a cache line. Freed when nobody refers to it; who uses <see cref="Pointer"/> keeps a
/// reference meanwhile.
/// </summary>
internal abstract unsafe class Column : CriticalFinalizerObject
{
    public abstract void* Pointer { get; }

    public abstract long Bytes { get; }

    /// <summary>Whether it takes memory of its own; a file's pages come and go as the system likes.</summary>
    public abstract bool IsResident { get; }
}
