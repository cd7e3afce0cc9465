using ImageSearch.Core.Images;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>
/// A fixed number of rows, in panels (<see cref="PanelKernel"/>): growth adds segments and never copies or moves what readers look at. A
/// row is written once, before a snapshot that includes it is published, and then only ever marked as dead.
/// </summary>
internal sealed unsafe class Segment
{
    private readonly int _dimension;
    private readonly AlignedMemory _panels;
    private readonly ImageId[] _ids;
    private readonly IReadOnlyList<string>[] _tags;

    // The version from which on a row is gone, 0 while it lives. A reader of an older snapshot still sees the row, so that a replaced
    // vector is found exactly once: as the old row before, as the new one after.
    private readonly int[] _deadSince;

    /// <param name="rows">A multiple of a panel's.</param>
    public Segment(int rows, int dimension)
    {
        _dimension = dimension;
        _panels = new AlignedMemory((long)rows * dimension);
        _ids = new ImageId[rows];
        _tags = new IReadOnlyList<string>[rows];
        _deadSince = new int[rows];
    }

    public int Capacity => _ids.Length;

    /// <summary>Rows in use, dead ones included. The writer's; readers take theirs from the snapshot.</summary>
    public int Rows { get; private set; }

    public int Dead { get; private set; }

    public long Bytes => _panels.Bytes + ((long)Capacity * (ImageId.Size + IntPtr.Size + sizeof(int)));

    /// <summary>The panels from one on. Valid while the segment is referred to.</summary>
    public float* Panels(int first) => _panels.Pointer + ((long)first * PanelKernel.Rows * _dimension);

    public ImageId Id(int row) => _ids[row];

    public IReadOnlyList<string> Tags(int row) => _tags[row];

    public bool IsAlive(int row, int version) => Volatile.Read(ref _deadSince[row]) is var since && (since == 0 || since > version);

    public int Append(ImageId id, ReadOnlySpan<float> vector, IReadOnlyList<string> tags)
    {
        // Readers may be scanning this very panel. They look at lanes of rows that they know of, and this is none of them.
        var row = Rows++;
        var lane = Lane(row);
        for (var d = 0; d < vector.Length; d++)
        {
            lane[d * PanelKernel.Rows] = vector[d];
        }

        _ids[row] = id;
        _tags[row] = tags;
        return row;
    }

    public void CopyVector(int row, Span<float> vector)
    {
        var lane = Lane(row);
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] = lane[d * PanelKernel.Rows];
        }
    }

    public void Kill(int row, int version)
    {
        Volatile.Write(ref _deadSince[row], version);
        Dead++;
    }

    private float* Lane(int row) => Panels(row / PanelKernel.Rows) + (row % PanelKernel.Rows);
}
