namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The first rows of a file.</summary>
internal sealed class FileRows : IRowSource
{
    private readonly MappedFloats _file;
    private readonly int _dimension;

    public FileRows(string path, int count, int dimension)
    {
        (_file, _dimension, Count) = (new MappedFloats(path), dimension, count);
        GC.KeepAlive(_file.Touch());
    }

    public int Count { get; }

    public ReadOnlyMemory<float> Rows(int first, int count) => _file.Memory.Slice(first * _dimension, count * _dimension);

    public void Dispose() => ((IDisposable)_file).Dispose();
}
