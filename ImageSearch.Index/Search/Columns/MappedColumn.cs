using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace ImageSearch.Index.Search.Columns;

/// <summary>A file of its own that nobody else sees, mapped; what was not used lately is on the disk alone when memory is short.</summary>
internal sealed unsafe class MappedColumn : Column
{
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _pointer;

    public MappedColumn(string directory, long bytes)
    {
        Bytes = bytes;
        var path = Path.Combine(directory, $"rows-{Guid.NewGuid():N}.tmp");
        using (var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 0 }))
        using (var map = MemoryMappedFile.CreateFromFile(file, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true))
        using (var view = map.CreateViewAccessor())
        {
            // The view keeps what the others hold open: the file has no name any more and is gone when the process is, however that ends.
            _view = view.SafeMemoryMappedViewHandle;
            _view.AcquirePointer(ref _pointer);
        }
    }

    ~MappedColumn()
    {
        if (_pointer is not null)
        {
            _view.ReleasePointer();
        }
    }

    public override void* Pointer => _pointer;

    public override long Bytes { get; }

    public override bool IsResident => false;
}
