using System.Numerics;
using System.Numerics.Tensors;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// An index whose rows lie in segments.
/// </summary>
/// <remarks>
/// Readers take the current <see cref="ReadView"/> and need no lock: rows are appended behind what a snapshot covers, a replaced or deleted
/// row is marked with the version from which on it is dead, and the next snapshot is published with one reference write. A segment that is
/// mostly dead is emptied into the last one and dropped, so that memory follows the collection and no more than one segment is ever held
/// twice.
/// </remarks>
internal abstract partial class SegmentedIndex : IVectorIndex
{
    /// <summary>Floats of a segment at most: 8 MiB, large enough to stream, small enough to rewrite.</summary>
    private const int SegmentFloats = 2 * 1024 * 1024;

    private const int SmallestSegment = 64;

    private readonly ColumnAllocator _allocator;
    private readonly List<Segment?> _segments = []; // by slot
    private readonly List<int> _appended = [];
    private IdMap _rows;
    private readonly int _segmentShift;
    private int _tail = -1; // slot of the segment that is filled
    private ReadView _current;

    /// <param name="allocator">Where segments lie; null: in memory.</param>
    protected SegmentedIndex(int dimension, ColumnAllocator? allocator = null)
    {
        Dimension = dimension;
        _allocator = allocator ?? MemoryColumns.Instance;
        _segmentShift = BitOperations.Log2((uint)Math.Max(SmallestSegment, SegmentFloats / dimension));
        _rows = NewMap();
        _current = new ReadView([], _segmentShift, 0, 0, null);
    }

    public int Dimension { get; }

    public long Count => Current.Alive;

    public IndexMemory Memory
    {
        get
        {
            var sum = new IndexMemory(0, 0, 0, _rows.Bytes, 0);
            foreach (var (segment, _) in Current.Parts)
            {
                if (segment?.Memory is { } memory)
                {
                    sum = new IndexMemory(
                        sum.Vectors + memory.Vectors, sum.Codes + memory.Codes, sum.Graph + memory.Graph, sum.Directory + memory.Directory,
                        sum.Mapped + memory.Mapped);
                }
            }

            return sum with { Graph = sum.Graph + ExtraGraphBytes, Scratch = ScratchBytes };
        }
    }

    /// <summary>What a search that begins now sees.</summary>
    public ReadView Current => Volatile.Read(ref _current);

    public TagSets Tags { get; } = new();

    /// <summary>Rows of a full segment.</summary>
    public int SegmentRows => 1 << _segmentShift;

    protected int SegmentShift => _segmentShift;

    /// <summary>Memory of neighbours that does not lie in segments.</summary>
    protected virtual long ExtraGraphBytes => 0;

    /// <summary>Memory that searches work in.</summary>
    protected virtual long ScratchBytes => 0;

    /// <summary>Whether segments that are mostly dead are emptied: their rows get other numbers.</summary>
    public virtual bool MovesRows => true;

    /// <summary>
    /// Whether everything that lives is moved into new segments when more is dead than lives, and linked again: where segments cannot be
    /// dropped one by one.
    /// </summary>
    protected virtual bool RenewsRows => false;

    public ApplyOutcome Apply(IReadOnlyList<VectorChange> changes, long memoryLimit = long.MaxValue)
    {
        var version = _current.Version + 1;
        var (misshapen, refused, room) = (0, 0, (long?)null);
        _appended.Clear();
        foreach (var change in changes)
        {
            if (change.IsDeletion)
            {
                if (_rows.Remove(change.Id, out var gone))
                {
                    Kill(gone, version);
                }

                continue;
            }

            if (!IsVector(change.Vector.Span))
            {
                misshapen++;
                continue;
            }

            var known = _rows.TryGet(change.Id, out var old);
            if (!known)
            {
                room ??= memoryLimit == long.MaxValue ? long.MaxValue : (memoryLimit - Memory.Total - _rows.BytesOfGrowth) / BytesOfARow();
                if (room <= 0)
                {
                    refused++;
                    continue;
                }

                room--;
            }
            else
            {
                Kill(old, version);
            }

            var row = Append(change.Id, change.Vector.Span, Tags.Add(change.Tags));
            if (known)
            {
                _rows.Set(change.Id, row);
            }
            else
            {
                _rows.Add(change.Id, row);
            }

            _appended.Add(row);
        }

        Link(IsWorthRenewing() ? Renew() : _appended);
        if (MovesRows)
        {
            Compact();
        }

        Publish(version);
        return new ApplyOutcome(misshapen, refused);
    }

    public void Search(ReadOnlySpan<float> queries, in SearchOptions options, SearchResults results, CancellationToken cancellationToken) =>
        Search(Current, queries, options, results, cancellationToken);

    public void Search(
        ReadView snapshot,
        ReadOnlySpan<float> queries,
        in SearchOptions options,
        SearchResults results,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(queries.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(queries.Length % Dimension, 0);
        results.Reset(queries.Length / Dimension, options.K);
        var tag = options.Tag is null ? null : Tags.Find(options.Tag);
        if (options.Tag is not null && tag is null)
        {
            return; // nobody has it
        }

        if (options.Exact)
        {
            RowScan.Search(snapshot, queries, Dimension, options, tag, results, cancellationToken);
        }
        else
        {
            Search(snapshot, queries, options, tag, results, cancellationToken);
        }
    }

    protected abstract Segment NewSegment(int rows, ColumnAllocator allocator);

    /// <param name="queries">At least one, one after the other.</param>
    /// <param name="results">Has room for all, and is empty.</param>
    protected abstract void Search(
        ReadView snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken);

    /// <summary>Called with rows that were written, before a search can see them; some may be dead already.</summary>
    protected virtual void Link(IReadOnlyList<int> rows)
    {
    }

    /// <summary>All rows get other numbers and are linked again.</summary>
    protected virtual void Forget()
    {
    }

    /// <summary>What goes into the next snapshot besides rows.</summary>
    protected virtual object? SnapshotState() => null;

    /// <summary>Slots that have, had or get a segment. The writer's, as the two below.</summary>
    protected int Slots => _segments.Count;

    protected bool HasSegment(int slot) => _segments[slot] is not null;

    /// <summary>The segment of a row.</summary>
    protected Segment Segment(int row) => _segments[row >> _segmentShift]!;

    private static bool HasLength(ReadOnlySpan<float> vector) => TensorPrimitives.Norm(vector) is > 0 and < float.PositiveInfinity;

    private bool IsVector(ReadOnlySpan<float> vector) => vector.Length == Dimension && HasLength(vector);

    private int Append(ImageId id, ReadOnlySpan<float> vector, int tagSet)
    {
        var tail = Tail();
        return (_tail << _segmentShift) + tail.Append(id, vector, tagSet);
    }

    /// <summary>The segment that has room for a row.</summary>
    private Segment Tail()
    {
        if (_tail >= 0 && _segments[_tail] is { } tail && tail.Rows < tail.Capacity)
        {
            return tail;
        }

        var segment = NewSegment(SegmentRows, _allocator);
        _tail = _segments.IndexOf(null);
        if (_tail < 0)
        {
            _tail = _segments.Count;
            _segments.Add(null);
        }

        _segments[_tail] = segment;
        return segment;
    }

    private long BytesOfARow()
    {
        const int InTheIdMap = 8;
        var tail = Tail();
        return (tail.Columns.Where(column => column.Column.IsResident).Sum(column => column.Column.Bytes) / tail.Capacity) + InTheIdMap;
    }

    private void Kill(int row, int version)
    {
        var segment = Segment(row);
        segment.Kill(row & (SegmentRows - 1), version);
        Tags.Remove(segment.TagSet(row & (SegmentRows - 1)));
    }

    private void Compact()
    {
        var vector = new float[Dimension];
        for (var slot = 0; slot < _segments.Count; slot++)
        {
            if (_segments[slot] is not { } sparse || sparse.Rows < sparse.Capacity || sparse.Dead * 2 <= sparse.Capacity)
            {
                continue;
            }

            for (var row = 0; row < sparse.Rows; row++)
            {
                // The row itself stays unmarked: older snapshots still hold this segment, newer ones do not.
                if (sparse.IsAlive(row, int.MaxValue))
                {
                    sparse.CopyVector(row, vector);
                    _rows.Set(sparse.Id(row), Append(sparse.Id(row), vector, sparse.TagSet(row)));
                }
            }

            _segments[slot] = null;
        }
    }

    private IdMap NewMap() => new(row => Segment(row).Id(row & (SegmentRows - 1)));

    private bool IsWorthRenewing()
    {
        const int FewRows = 1024; // that may be dead in any case
        // Only where that is not much more than what is being done anyway; a large index is rebuilt beside the one that serves
        // (IndexRebuild).
        return RenewsRows && _rows.Count <= Math.Max(FewRows, 2 * _appended.Count)
            && _segments.Sum(segment => segment is null ? 0L : segment.Dead) > Math.Max(_rows.Count, FewRows);
    }

    /// <summary>Moves what lives into new segments. Snapshots keep the old ones, in which nothing changes any more.</summary>
    /// <returns>The new numbers, from 0 on.</returns>
    private List<int> Renew()
    {
        Forget();
        Segment?[] old = [.. _segments];
        _segments.Clear();
        _tail = -1;
        (var count, _rows) = (_rows.Count, NewMap());
        _rows.Reserve(count);
        var moved = new List<int>(count);
        var vector = new float[Dimension];
        foreach (var segment in old)
        {
            for (var row = 0; segment is not null && row < segment.Rows; row++)
            {
                if (segment.IsAlive(row, int.MaxValue))
                {
                    segment.CopyVector(row, vector);
                    moved.Add(Append(segment.Id(row), vector, segment.TagSet(row)));
                    _rows.Add(segment.Id(row), moved[^1]);
                }
            }
        }

        return moved;
    }

    private void Publish(int version)
    {
        var parts = new SnapshotPart[_segments.Count];
        for (var slot = 0; slot < parts.Length; slot++)
        {
            parts[slot] = new SnapshotPart(_segments[slot], _segments[slot]?.Rows ?? 0);
        }

        Volatile.Write(ref _current, new ReadView(parts, _segmentShift, version, _rows.Count, SnapshotState()));
    }
}
