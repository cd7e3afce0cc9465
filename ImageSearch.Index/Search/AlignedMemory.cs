using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search;

/// <summary>
/// Memory outside the managed heap, zeroed, aligned to a cache line and, where it is large, in large pages: a scan then misses the address
/// cache five hundred times less often. Freed when nobody refers to it any more; who uses <see cref="Pointer"/> keeps a reference meanwhile.
/// </summary>
internal sealed unsafe partial class AlignedMemory : CriticalFinalizerObject
{
    private const int HugePage = 2 * 1024 * 1024;
    private const int CacheLine = 64;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    public AlignedMemory(long bytes)
    {
        Bytes = bytes;
        var large = Bytes >= HugePage;
        Pointer = NativeMemory.AlignedAlloc((nuint)Bytes, (nuint)(large ? HugePage : CacheLine));
        GC.AddMemoryPressure(Bytes);
        if (large && OperatingSystem.IsLinux())
        {
            _ = Advise((nint)Pointer, (nuint)Bytes, AdviseHugePage); // an advice: without it the memory is as good, only slower
        }

        NativeMemory.Clear(Pointer, (nuint)Bytes);
    }

    ~AlignedMemory()
    {
        NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure(Bytes);
    }

    public void* Pointer { get; }

    public long Bytes { get; }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
