using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Columns;

/// <summary>
/// Memory of its own, where it is large in large pages: a scan then misses the address cache five hundred times less often.
/// </summary>
internal sealed unsafe partial class AlignedMemory : Column
{
    private const int HugePage = 2 * 1024 * 1024;
    private const int CacheLine = 64;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    private readonly void* _pointer;

    public AlignedMemory(long bytes)
    {
        Bytes = bytes;
        var large = Bytes >= HugePage;
        _pointer = NativeMemory.AlignedAlloc((nuint)Bytes, (nuint)(large ? HugePage : CacheLine));
        GC.AddMemoryPressure(Bytes);
        if (large && OperatingSystem.IsLinux())
        {
            _ = Advise((nint)_pointer, (nuint)Bytes, AdviseHugePage); // an advice: without it the memory is as good, only slower
        }

        NativeMemory.Clear(_pointer, (nuint)Bytes);
    }

    ~AlignedMemory()
    {
        NativeMemory.AlignedFree(_pointer);
        GC.RemoveMemoryPressure(Bytes);
    }

    public override void* Pointer => _pointer;

    public override long Bytes { get; }

    public override bool IsResident => true;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
