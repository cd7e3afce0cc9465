using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>
/// An index whose rows lie in segments, and every search looks at all of them.
/// </summary>
/// <remarks>
/// Readers take the current <see cref="Snapshot"/> and need no lock: rows are appended behind what a snapshot covers, a replaced or deleted
/// row is marked with the version from which on it is dead, and the next snapshot is published with one reference write. A segment that is
/// mostly dead is emptied into the last one and dropped, so that memory follows the collection and no more than one segment is ever held twice.
/// </remarks>
internal abstract class SegmentedIndex(int dimension) : IVectorIndex
{
    /// <summary>Floats of a segment, about: 8 MiB, large enough to stream, small enough to rewrite.</summary>
    private const int SegmentFloats = 2 * 1024 * 1024;

    private readonly int _segmentRows = Math.Max(64, SegmentFloats / dimension / PanelKernel.Rows * PanelKernel.Rows);
    private readonly Dictionary<ImageId, Location> _locations = [];
    private Snapshot _current = new([], 0, 0);

    public int Dimension => dimension;

    public long Count => Volatile.Read(ref _current).Alive;

    public long Bytes => Volatile.Read(ref _current).Parts.Sum(part => part.Segment.Bytes);

    public int Apply(IReadOnlyList<VectorChange> changes)
    {
        var segments = _current.Parts.Select(part => part.Segment).ToList();
        var version = _current.Version + 1;
        var misshapen = 0;

        foreach (var change in changes)
        {
            if (!change.IsDeletion && change.Vector.Length != dimension)
            {
                misshapen++;
                continue;
            }

            if (_locations.Remove(change.Id, out var old))
            {
                old.Segment.Kill(old.Row, version);
            }

            if (!change.IsDeletion)
            {
                Append(segments, change.Id, change.Vector.Span, change.Tags);
            }
        }

        Compact(segments);
        Volatile.Write(ref _current, new Snapshot([.. segments.Select(segment => new SnapshotPart(segment, segment.Rows))], version, _locations.Count));
        return misshapen;
    }

    public IReadOnlyList<ShardHit>[] SearchBatch(ReadOnlySpan<float> queries, SearchFilter filter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(queries.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(queries.Length % dimension, 0);
        var best = Scan(Volatile.Read(ref _current), queries, filter, cancellationToken);
        return Array.ConvertAll(best, IReadOnlyList<ShardHit> (top) => top.ToSorted());
    }

    /// <param name="rows">A multiple of a panel's.</param>
    protected abstract Segment NewSegment(int rows);

    /// <param name="queries">At least one, one after the other.</param>
    /// <returns>The best of each query.</returns>
    protected abstract TopK[] Scan(Snapshot snapshot, ReadOnlySpan<float> queries, SearchFilter filter, CancellationToken cancellationToken);

    private void Append(List<Segment> segments, ImageId id, ReadOnlySpan<float> vector, IReadOnlyList<string> tags)
    {
        if (segments.Count == 0 || segments[^1].Rows == segments[^1].Capacity)
        {
            segments.Add(NewSegment(_segmentRows));
        }

        var last = segments[^1];
        _locations[id] = new Location(last, last.Append(id, vector, tags));
    }

    private void Compact(List<Segment> segments)
    {
        foreach (var sparse in segments.Where(segment => segment.Rows == segment.Capacity && segment.Dead * 2 > segment.Capacity).ToList())
        {
            segments.Remove(sparse);
            var vector = new float[dimension];
            for (var row = 0; row < sparse.Rows; row++)
            {
                // The row itself stays unmarked: older snapshots still hold this segment, newer ones do not.
                if (_locations.TryGetValue(sparse.Id(row), out var at) && at.Segment == sparse && at.Row == row)
                {
                    sparse.CopyVector(row, vector);
                    Append(segments, sparse.Id(row), vector, sparse.Tags(row));
                }
            }
        }
    }

    private readonly record struct Location(Segment Segment, int Row);
}
