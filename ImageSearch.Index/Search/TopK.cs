using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>The best k of a stream of rows: by score, ties by the smaller id. A bounded heap with the worst on top.</summary>
internal sealed class TopK
{
    private ReadView? _snapshot;
    private RowHit[] _heap;
    private float _minimum;
    private int _k;
    private int _count;

    /// <param name="snapshot">Whose rows they are.</param>
    public TopK(int k, float minimumScore, ReadView snapshot)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        _heap = new RowHit[k];
        (_k, _minimum, _snapshot) = (k, minimumScore, snapshot);
        Threshold = minimumScore;
    }

    /// <summary>
    /// Nothing below this score can enter; equal ones may, by their id. A comparison with NaN is false, so NaN never enters.
    /// </summary>
    public float Threshold { get; private set; }

    /// <summary>Forgets what it has, to be used for another search.</summary>
    public void Reset(int k, float minimumScore, ReadView snapshot)
    {
        if (_heap.Length < k)
        {
            _heap = new RowHit[k];
        }

        (_k, _minimum, _snapshot, _count) = (k, minimumScore, snapshot, 0);
        Threshold = minimumScore;
    }

    public void Add(RowHit hit)
    {
        if (_count < _k)
        {
            _heap[_count++] = hit;
            SiftUp(_count - 1);
        }
        else if (Compare(hit, _heap[0]) < 0)
        {
            SiftDown(hit, _count);
        }

        Threshold = _count < _k ? _minimum : Math.Max(_heap[0].Score, _minimum);
    }

    /// <summary>Tells it that nothing below this score is wanted.</summary>
    public void Raise(float minimumScore)
    {
        _minimum = Math.Max(_minimum, minimumScore);
        Threshold = Math.Max(Threshold, _minimum);
    }

    /// <summary>Adds the other's rows, which uses the other up.</summary>
    public void Add(TopK other)
    {
        foreach (var hit in other._heap.AsSpan(0, other._count))
        {
            if (hit.Score >= Threshold)
            {
                Add(hit);
            }
        }

        other.Clear();
    }

    /// <returns>Best first. The heap is used up.</returns>
    public ReadOnlySpan<RowHit> Sort()
    {
        var sorted = _heap.AsSpan(0, _count);
        for (; _count > 1; _count--)
        {
            // The worst goes behind the others. (Span.Sort with a comparer allocates.)
            var last = _heap[_count - 1];
            _heap[_count - 1] = _heap[0];
            SiftDown(last, _count - 1);
        }

        Clear();
        return sorted;
    }

    /// <summary>Below 0 when <paramref name="a"/> is the better hit.</summary>
    private int Compare(RowHit a, RowHit b)
    {
        if (a.Score != b.Score)
        {
            return a.Score > b.Score ? -1 : 1; // CompareTo would take NaN into account
        }

        return a.Row == b.Row ? 0 : _snapshot!.Id(a.Row).CompareTo(_snapshot.Id(b.Row));
    }

    private void Clear() => (_count, _snapshot) = (0, null); // whose segments it would keep

    private void SiftUp(int i)
    {
        var hit = _heap[i];
        for (; i > 0 && (i - 1) / 2 is var parent && Compare(hit, _heap[parent]) > 0; i = parent)
        {
            _heap[i] = _heap[parent];
        }

        _heap[i] = hit;
    }

    /// <summary>Puts a hit in the place of the worst.</summary>
    private void SiftDown(RowHit hit, int count)
    {
        var heap = _heap.AsSpan(0, count);
        var i = 0;
        for (int child; (child = (2 * i) + 1) < count; i = child)
        {
            child += child + 1 < count && Compare(heap[child + 1], heap[child]) > 0 ? 1 : 0;
            if (Compare(heap[child], hit) <= 0)
            {
                break;
            }

            heap[i] = heap[child];
        }

        heap[i] = hit;
    }
}

/// <param name="Row">Its number in the index.</param>
internal readonly record struct RowHit(int Row, float Score);
