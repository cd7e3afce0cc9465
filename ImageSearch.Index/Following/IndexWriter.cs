using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Following;

/// <summary>
/// The one place from which the followed index is changed. The gate is held while a page is applied, a segment or the index is exchanged,
/// or a view is taken, never while something is read from or written to a disk, a store or another index. Searches do not know of it.
/// </summary>
/// <param name="memoryLimit">Bytes; <see cref="long.MaxValue"/>: none.</param>
internal sealed class IndexWriter(IndexState state, SegmentedIndex index, IndexKind kind, long memoryLimit = long.MaxValue)
{
    /// <summary>Free this much before what was refused is read again: half a page more would only fill it anew.</summary>
    private readonly long _margin = memoryLimit / 50;

    private readonly Lock _gate = new();
    private SegmentedIndex _index = index;
    private IndexKind _kind = kind;
    private ChangeCursor _cursor;
    private ChangeCursor? _refusedFrom;
    private RebuildRecord? _rebuild;
    private long _changes;
    private long _toCopy; // bytes that will be resident, but are not yet

    public long MemoryLimit => memoryLimit;

    public SegmentedIndex Index => Locked(() => _index);

    public IndexKind Kind => Locked(() => _kind);

    /// <summary>Where the feed is read on.</summary>
    public ChangeCursor Cursor => Locked(() => _cursor);

    /// <summary>Additions were refused that have not been read again.</summary>
    public bool HasRefused => Locked(() => _refusedFrom is not null);

    /// <summary>Follows another index from now on; a rebuild of the one before comes to nothing.</summary>
    /// <param name="serve">At once, rather than by <see cref="Serve"/>.</param>
    public void Start(SegmentedIndex index, IndexKind kind, ChangeCursor from, bool serve)
    {
        lock (_gate)
        {
            (_index, _kind, _cursor) = (index, kind, from);
            (_refusedFrom, _rebuild) = (null, null);
            _toCopy = CopiedColumns.BytesToCopy(index);
            if (serve)
            {
                state.Serve(index);
            }
        }
    }

    /// <summary>The followed index answers from now on.</summary>
    public void Serve()
    {
        lock (_gate)
        {
            state.Serve(_index);
        }
    }

    /// <summary>Applies a page that was read from <see cref="Cursor"/>.</summary>
    public ApplyOutcome Apply(ChangePage page)
    {
        lock (_gate)
        {
            var outcome = default(ApplyOutcome);
            if (page.Changes.Count > 0)
            {
                outcome = _index.Apply(page.Changes, memoryLimit == long.MaxValue ? memoryLimit : memoryLimit - _toCopy);
                _rebuild?.Touched.UnionWith(page.Changes.Select(change => change.Id));
                _changes += page.Changes.Count;
            }

            if (outcome.Refused > 0)
            {
                _refusedFrom ??= _cursor;
            }

            _cursor = page.Next;
            return outcome;
        }
    }

    /// <summary>Goes back to the first page of which something was refused, when there is room again.</summary>
    public bool TryReadRefusedAgain()
    {
        lock (_gate)
        {
            if (_refusedFrom is not { } from || _index.Memory.Total + _toCopy > memoryLimit - _margin)
            {
                return false;
            }

            (_cursor, _refusedFrom) = (from, null);
            return true;
        }
    }

    public IndexView View()
    {
        lock (_gate)
        {
            // What was refused has to be read again by whoever goes on from this view.
            return new IndexView(_index, _kind, _index.Current, _index.Tags.ToArray(), (_refusedFrom ?? _cursor).Position, _changes, _gate);
        }
    }

    /// <summary>The vector of an id as it is now.</summary>
    public bool TryCopy(ImageId id, Span<float> vector)
    {
        lock (_gate)
        {
            return _index.TryCopy(id, vector, out _);
        }
    }

    /// <summary>Puts a copy of a segment that lies in a snapshot into its place.</summary>
    public void CopyToMemory(SegmentedIndex of, int slot, Segment old, Segment copy)
    {
        lock (_gate)
        {
            if (_index == of)
            {
                _toCopy -= CopiedColumns.BytesToCopy(old.Columns, of.Allocator);
                of.Replace(slot, old, copy);
            }
        }
    }

    /// <summary>From now on what changes is written down. One at a time.</summary>
    public IndexView BeginRebuild()
    {
        lock (_gate)
        {
            _rebuild = new RebuildRecord(_index, []);
            return View();
        }
    }

    /// <summary>What changed since the last call, as it is now.</summary>
    /// <param name="most">Changes at most; the rest comes with the next call.</param>
    public List<VectorChange> TakeChanges(SegmentedIndex of, int most)
    {
        lock (_gate)
        {
            return _rebuild is { } rebuild && rebuild.Of == of ? Take(rebuild, most) : [];
        }
    }

    /// <summary>Applies the last changes and puts the new index in the place of the old one.</summary>
    /// <returns>False when another index is followed by now.</returns>
    public bool CompleteRebuild(SegmentedIndex of, SegmentedIndex by, IndexKind kind)
    {
        lock (_gate)
        {
            if (_rebuild is not { } rebuild || rebuild.Of != of)
            {
                return false;
            }

            by.Apply(Take(rebuild, int.MaxValue));
            (_index, _kind, _rebuild, _toCopy) = (by, kind, null, 0);
            _changes++; // a snapshot of it is another one
            if (state.Index == of)
            {
                state.Serve(by);
            }

            return true;
        }
    }

    public void AbandonRebuild(SegmentedIndex of)
    {
        lock (_gate)
        {
            _rebuild = _rebuild?.Of == of ? null : _rebuild;
        }
    }

    private List<VectorChange> Take(RebuildRecord rebuild, int most)
    {
        var ids = rebuild.Touched.Take(most).ToList();
        var changes = new List<VectorChange>(ids.Count);
        foreach (var id in ids)
        {
            var vector = new float[_index.Dimension];
            changes.Add(_index.TryCopy(id, vector, out var tags) ? new VectorChange(id, vector, tags) : new VectorChange(id, default, []));
            rebuild.Touched.Remove(id);
        }

        return changes;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
