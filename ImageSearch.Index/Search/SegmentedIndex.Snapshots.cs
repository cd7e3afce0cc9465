using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>This part: what snapshots and rebuilds need. All of it is the writer's unless it says otherwise.</summary>
internal abstract partial class SegmentedIndex
{
    /// <summary>Where new segments lie.</summary>
    public ColumnAllocator Allocator => _allocator;

    /// <summary>
    /// What the kind keeps beside segments. Any thread may ask while others write; the answer is as of the snapshot or can be read as such.
    /// </summary>
    public virtual byte[] SaveState(ReadView snapshot) => [];

    /// <summary>An empty segment in memory of the caller's choice. Any thread may ask.</summary>
    public Segment NewSegment(ColumnAllocator allocator) => NewSegment(SegmentRows, allocator);

    /// <summary>Fills the empty index with segments that were saved.</summary>
    /// <param name="segments">By slot; at most one has room for more rows, and that one lies in memory that can be written.</param>
    /// <param name="tagSets">By number, the empty one first.</param>
    /// <param name="state">
    /// What <see cref="SaveState"/> gave. Rows that came after the snapshot may be named in it and in columns that change.
    /// </param>
    public void Restore(IReadOnlyList<Segment?> segments, IReadOnlyList<IReadOnlyList<string>> tagSets, ReadOnlySpan<byte> state)
    {
        foreach (var set in tagSets)
        {
            Tags.Number(set);
        }

        _segments.AddRange(segments);
        _tail = _segments.FindIndex(segment => segment is { } part && part.Rows < part.Capacity);
        _rows.Reserve(segments.Sum(segment => segment is null ? 0 : segment.Rows - segment.Dead));
        for (var slot = 0; slot < segments.Count; slot++)
        {
            for (var row = 0; segments[slot] is { } segment && row < segment.Rows; row++)
            {
                if (segment.IsAlive(row, int.MaxValue))
                {
                    _rows.Add(segment.Id(row), (slot << _segmentShift) + row);
                    Tags.Add(segment.TagSet(row));
                }
            }
        }

        LoadState(state);
        Publish(version: 1);
    }

    /// <summary>Puts a copy of a full segment in its place.</summary>
    /// <returns>False when it is no longer there.</returns>
    public bool Replace(int slot, Segment old, Segment copy)
    {
        if (_segments[slot] != old)
        {
            return false;
        }

        copy.TakeOver(old);
        _segments[slot] = copy;
        Replaced(slot);
        Publish(_current.Version);
        return true;
    }

    /// <summary>The vector of an id as it is now.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryCopy(ImageId id, Span<float> vector, out IReadOnlyList<string> tags)
    {
        if (!_rows.TryGet(id, out var row))
        {
            tags = [];
            return false;
        }

        var segment = Segment(row);
        segment.CopyVector(row & (SegmentRows - 1), vector);
        tags = Tags[segment.TagSet(row & (SegmentRows - 1))];
        return true;
    }

    /// <param name="state">What <see cref="SaveState"/> gave; rows are in place. Throws when it makes no sense.</param>
    protected virtual void LoadState(ReadOnlySpan<byte> state)
    {
    }

    /// <summary>The columns of a slot lie elsewhere now, what is in them has not changed.</summary>
    protected virtual void Replaced(int slot)
    {
    }
}
