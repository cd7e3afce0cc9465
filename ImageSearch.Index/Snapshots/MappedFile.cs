using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// A file as memory. Unmapped when nobody refers to it any more (the view's handle does it); who uses <see cref="Pointer"/> keeps a
/// reference meanwhile. The file may be renamed over or deleted, but not shortened.
/// </summary>
internal sealed unsafe partial class MappedFile
{
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    private readonly MemoryMappedViewAccessor _view;

    public MappedFile(FileStream file)
    {
        Bytes = file.Length;
        using var mapping = MemoryMappedFile
            .CreateFromFile(file, mapName: null, Bytes, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = mapping.CreateViewAccessor(0, Bytes, MemoryMappedFileAccess.Read);
        if (OperatingSystem.IsLinux())
        {
            _ = Advise((nint)Pointer, (nuint)Bytes, AdviseHugePage); // newer file systems have large pages, others ignore it
        }
    }

    public byte* Pointer => (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;

    public long Bytes { get; }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
