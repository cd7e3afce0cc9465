using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// A fixed number of rows: growth adds segments and never copies or moves what readers look at. A row is written once, before a snapshot
/// that includes it is published, and then only ever marked as dead. Vectors lie as float32, row after row; what else is made of them is
/// the kind's.
/// </summary>
internal abstract unsafe partial class Segment
{
    private readonly ColumnAllocator _allocator;
    private readonly List<(ColumnKind Kind, Column Column)> _columns = [];
    private readonly ImageId* _ids;
    private readonly int _dimension;
    private readonly float* _vectors;

    // The version from which on a row is gone, 0 while it lives. A reader of an older snapshot still sees the row, so that a replaced
    // vector is found exactly once: as the old row before, as the new one after. Null as long as none is gone.
    private int[]? _deadSince;

    // Numbers of the rows' sets of tags. Null as long as none has any.
    private int[]? _tagSets;

    /// <param name="rows">A multiple of a panel's.</param>
    protected Segment(int rows, int dimension, ColumnAllocator allocator)
    {
        Capacity = rows;
        (_dimension, _allocator) = (dimension, allocator);
        _ids = (ImageId*)Allocate(ColumnKind.Ids, (long)rows * sizeof(ImageId)).Pointer;
        _vectors = (float*)Allocate(ColumnKind.Vectors, (long)rows * dimension * sizeof(float)).Pointer;
    }

    public int Capacity { get; }

    /// <summary>Rows in use, dead ones included. The writer's; readers take theirs from the snapshot.</summary>
    public int Rows { get; private set; }

    public int Dead { get; private set; }

    /// <summary>Everything a row is made of, dead marks and tags apart.</summary>
    public IReadOnlyList<(ColumnKind Kind, Column Column)> Columns => _columns;

    public IndexMemory Memory
    {
        get
        {
            var memory = new IndexMemory(
                0, 0, 0, ((_deadSince is null ? 0L : Capacity) + (_tagSets is null ? 0 : Capacity)) * sizeof(int), 0);
            foreach (var (kind, column) in _columns)
            {
                var used = column.Bytes / Capacity * Rows; // pages that nothing was written to take no memory
                memory = (column.IsResident, kind) switch
                {
                    (false, _) => memory with { Mapped = memory.Mapped + used },
                    (_, ColumnKind.Ids) => memory with { Directory = memory.Directory + used },
                    (_, ColumnKind.Vectors) => memory with { Vectors = memory.Vectors + used },
                    (_, ColumnKind.Links) => memory with { Graph = memory.Graph + used },
                    _ => memory with { Codes = memory.Codes + used },
                };
            }

            return memory;
        }
    }

    public ImageId Id(int row) => _ids[row];

    public int TagSet(int row) => Volatile.Read(ref _tagSets) is { } sets ? sets[row] : TagSets.None;

    /// <summary>Whether a reader of this version finds the row, as far as the tag goes, too.</summary>
    /// <param name="tag">Null: any.</param>
    public bool Matches(int row, int version, TagFilter? tag) => IsAlive(row, version) && (tag is null || tag.Contains(TagSet(row)));

    public bool IsAlive(int row, int version) =>
        Volatile.Read(ref _deadSince) is not { } dead || Volatile.Read(ref dead[row]) is var since && (since == 0 || since > version);

    public int Append(ImageId id, ReadOnlySpan<float> vector, int tagSet)
    {
        var row = Rows;
        Write(row, vector);
        _ids[row] = id;
        if (tagSet != TagSets.None)
        {
            if (_tagSets is null)
            {
                Volatile.Write(ref _tagSets, new int[Capacity]);
            }

            _tagSets[row] = tagSet;
        }

        Rows++;
        return row;
    }

    /// <summary>Valid while the segment is referred to.</summary>
    public ReadOnlySpan<float> Vector(int row) => new(_vectors + ((long)row * _dimension), _dimension);

    public void CopyVector(int row, Span<float> vector) => Vector(row).CopyTo(vector);

    public void Kill(int row, int version)
    {
        if (_deadSince is null)
        {
            Volatile.Write(ref _deadSince, new int[Capacity]);
        }

        Volatile.Write(ref _deadSince[row], version);
        Dead++;
    }

    /// <summary>Readers may be looking at the rows beside it, and at those of the same panel.</summary>
    protected virtual void Write(int row, ReadOnlySpan<float> vector) =>
        vector.CopyTo(new Span<float>(_vectors + ((long)row * _dimension), _dimension));

    /// <summary>Memory of one kind; its pointer is valid while the segment is referred to.</summary>
    protected Column Allocate(ColumnKind kind, long bytes)
    {
        var column = _allocator.Allocate(kind, bytes);
        _columns.Add((kind, column));
        return column;
    }
}
