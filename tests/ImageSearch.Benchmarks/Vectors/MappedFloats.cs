using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>A file of floats as memory. Its pages are the file's: they do not count as memory of the process's own.</summary>
internal sealed unsafe class MappedFloats : MemoryManager<float>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly float* _values;
    private readonly int _count;

    public MappedFloats(string path)
    {
        _count = checked((int)(new FileInfo(path).Length / sizeof(float)));
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _values = (float*)(start + _view.PointerOffset);
    }

    public override Span<float> GetSpan() => new(_values, _count);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_values + elementIndex);

    public override void Unpin()
    {
    }

    /// <summary>Reads every page once, so that what is timed does not wait for the disk.</summary>
    public float Touch()
    {
        var sum = 0f;
        for (var i = 0; i < _count; i += 1024)
        {
            sum += _values[i];
        }

        return sum;
    }

    protected override void Dispose(bool disposing)
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
