using ImageSearch.Core.Images;

namespace ImageSearch.Index.Search;

/// <summary>
/// A fixed number of rows: growth adds segments and never copies or moves what readers look at. A row is written once, before a snapshot
/// that includes it is published, and then only ever marked as dead.
/// </summary>
internal sealed class Segment(int rows, int dimension)
{
    private readonly float[] _vectors = GC.AllocateUninitializedArray<float>(rows * dimension);
    private readonly ImageId[] _ids = new ImageId[rows];
    private readonly IReadOnlyList<string>[] _tags = new IReadOnlyList<string>[rows];

    // The version from which on a row is gone, 0 while it lives. A reader of an older snapshot still sees the row, so that a replaced
    // vector is found exactly once: as the old row before, as the new one after.
    private readonly int[] _deadSince = new int[rows];

    public int Capacity => rows;

    /// <summary>Rows in use, dead ones included. The writer's; readers take theirs from the snapshot.</summary>
    public int Rows { get; private set; }

    public int Dead { get; private set; }

    public long Bytes => (long)rows * ((dimension * sizeof(float)) + ImageId.Size + IntPtr.Size + sizeof(int));

    public ReadOnlySpan<float> Vectors(int count) => _vectors.AsSpan(0, count * dimension);

    public ReadOnlySpan<float> Vector(int row) => _vectors.AsSpan(row * dimension, dimension);

    public ImageId Id(int row) => _ids[row];

    public IReadOnlyList<string> Tags(int row) => _tags[row];

    public bool IsAlive(int row, int version) => Volatile.Read(ref _deadSince[row]) is var since && (since == 0 || since > version);

    public int Append(ImageId id, ReadOnlySpan<float> vector, IReadOnlyList<string> tags)
    {
        var row = Rows++;
        vector.CopyTo(_vectors.AsSpan(row * dimension, dimension));
        _ids[row] = id;
        _tags[row] = tags;
        return row;
    }

    public void Kill(int row, int version)
    {
        Volatile.Write(ref _deadSince[row], version);
        Dead++;
    }
}
