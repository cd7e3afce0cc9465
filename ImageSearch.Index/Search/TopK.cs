using ImageSearch.Core.Contracts;

namespace ImageSearch.Index.Search;

/// <summary>The best k of a stream of hits: by score, ties by the smaller id. A bounded heap with the worst on top.</summary>
internal sealed class TopK
{
    private static readonly Comparer<ShardHit> BestFirst = Comparer<ShardHit>.Create(Compare);

    private readonly ShardHit[] _heap;
    private readonly float _minimum;
    private int _count;

    public TopK(int k, float minimumScore)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        _heap = new ShardHit[k];
        _minimum = minimumScore;
        Threshold = minimumScore;
    }

    /// <summary>Nothing below this score can enter; equal ones may, by their id. A comparison with NaN is false, so NaN never enters.</summary>
    public float Threshold { get; private set; }

    public void Add(ShardHit hit)
    {
        if (_count < _heap.Length)
        {
            _heap[_count++] = hit;
            SiftUp(_count - 1);
        }
        else if (Compare(hit, _heap[0]) < 0)
        {
            _heap[0] = hit;
            SiftDown();
        }

        Threshold = _count < _heap.Length ? _minimum : _heap[0].Score;
    }

    /// <summary>Adds the other's hits.</summary>
    public void Add(TopK other)
    {
        foreach (var hit in other._heap.AsSpan(0, other._count))
        {
            if (hit.Score >= Threshold)
            {
                Add(hit);
            }
        }
    }

    /// <summary>Best first. The heap is used up.</summary>
    public ShardHit[] ToSorted()
    {
        var sorted = _heap[.._count];
        Array.Sort(sorted, BestFirst);
        return sorted;
    }

    /// <summary>Below 0 when <paramref name="a"/> is the better hit.</summary>
    private static int Compare(ShardHit a, ShardHit b)
    {
        var order = b.Score.CompareTo(a.Score);
        return order != 0 ? order : a.Id.CompareTo(b.Id);
    }

    private void SiftUp(int i)
    {
        while (i > 0 && (i - 1) / 2 is var parent && Compare(_heap[i], _heap[parent]) > 0)
        {
            (_heap[i], _heap[parent]) = (_heap[parent], _heap[i]);
            i = parent;
        }
    }

    private void SiftDown()
    {
        for (var i = 0; ;)
        {
            var worst = i;
            for (var child = (2 * i) + 1; child <= (2 * i) + 2 && child < _count; child++)
            {
                worst = Compare(_heap[child], _heap[worst]) > 0 ? child : worst;
            }

            if (worst == i)
            {
                return;
            }

            (_heap[i], _heap[worst]) = (_heap[worst], _heap[i]);
            i = worst;
        }
    }
}
