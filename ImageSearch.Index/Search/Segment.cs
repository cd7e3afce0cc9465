using ImageSearch.Core.Images;

namespace ImageSearch.Index.Search;

/// <summary>
/// A fixed number of rows: growth adds segments and never copies or moves what readers look at. A row is written once, before a snapshot
/// that includes it is published, and then only ever marked as dead. How the vectors lie is the kind's.
/// </summary>
/// <param name="rows">A multiple of a panel's.</param>
internal abstract class Segment(int rows)
{
    private readonly ImageId[] _ids = new ImageId[rows];
    private readonly IReadOnlyList<string>[] _tags = new IReadOnlyList<string>[rows];

    // The version from which on a row is gone, 0 while it lives. A reader of an older snapshot still sees the row, so that a replaced
    // vector is found exactly once: as the old row before, as the new one after.
    private readonly int[] _deadSince = new int[rows];

    public int Capacity => rows;

    /// <summary>Rows in use, dead ones included. The writer's; readers take theirs from the snapshot.</summary>
    public int Rows { get; private set; }

    public int Dead { get; private set; }

    public long Bytes => VectorBytes + ((long)rows * (ImageId.Size + IntPtr.Size + sizeof(int)));

    protected abstract long VectorBytes { get; }

    public ImageId Id(int row) => _ids[row];

    public IReadOnlyList<string> Tags(int row) => _tags[row];

    /// <summary>Whether a reader of this version finds the row, as far as the tag goes, too.</summary>
    public bool Matches(int row, int version, string? tag) =>
        Volatile.Read(ref _deadSince[row]) is var since && (since == 0 || since > version) && (tag is null || _tags[row].Contains(tag));

    public int Append(ImageId id, ReadOnlySpan<float> vector, IReadOnlyList<string> tags)
    {
        var row = Rows++;
        Write(row, vector);
        _ids[row] = id;
        _tags[row] = tags;
        return row;
    }

    public abstract void CopyVector(int row, Span<float> vector);

    public void Kill(int row, int version)
    {
        Volatile.Write(ref _deadSince[row], version);
        Dead++;
    }

    /// <summary>Readers may be looking at the rows beside it, and at those of the same panel.</summary>
    protected abstract void Write(int row, ReadOnlySpan<float> vector);
}
