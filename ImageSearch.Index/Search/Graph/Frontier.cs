namespace ImageSearch.Index.Search.Graph;

/// <summary>Nodes on the way that are no results themselves: dead, or without the tag. A heap with the nearest on top.</summary>
internal sealed class Frontier
{
    private long[] _heap = new long[256];

    public int Count { get; private set; }

    public long Bytes => _heap.Length * (long)sizeof(long);

    public float NextDistance => Candidates.Distance(_heap[0]);

    public void Clear() => Count = 0;

    public void Add(float distance, int node)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        var entry = Candidates.Entry(distance, node);
        var i = Count++;
        for (; i > 0 && _heap[(i - 1) / 2] > entry; i = (i - 1) / 2)
        {
            _heap[i] = _heap[(i - 1) / 2];
        }

        _heap[i] = entry;
    }

    public int Follow()
    {
        var node = (int)((uint)_heap[0] >> 1);
        var last = _heap[--Count];
        var i = 0;
        for (var child = 1; child < Count; child = (2 * i) + 1)
        {
            child += child + 1 < Count && _heap[child + 1] < _heap[child] ? 1 : 0;
            if (last <= _heap[child])
            {
                break;
            }

            _heap[i] = _heap[child];
            i = child;
        }

        _heap[i] = last;
        return node;
    }
}
