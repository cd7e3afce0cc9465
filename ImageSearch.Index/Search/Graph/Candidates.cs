using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The nearest so far, sorted, of a bounded number, each with a mark whether its links have been followed. One entry is one number: the
/// distance in the upper half, in a form that compares like an integer, then the node, then the mark; so ties are in the order of nodes.
/// </summary>
/// <remarks>Moving up to a few hundred entries of 8 bytes costs less than a heap's unforeseeable comparisons.</remarks>
internal sealed unsafe class Candidates : IDisposable
{
    private long* _entries;
    private int _room;
    private int _capacity;
    private int _next;

    public int Count { get; private set; }

    public long Bytes => _room == 0 ? 0 : (_room + 1L) * sizeof(long);

    /// <summary>Nothing from here on enters.</summary>
    public float Bound { get; private set; }

    /// <summary>The nearest whose links have not been followed, or null.</summary>
    public bool HasNext => _next < Count;

    public int Next => _next;

    public float NextDistance => Distance(_next);

    public void Clear(int capacity)
    {
        if (capacity > _room)
        {
            _room = (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
            NativeMemory.AlignedFree(_entries);
            _entries = (long*)NativeMemory.AlignedAlloc((nuint)(_room + 1) * sizeof(long), 64);
        }

        (_capacity, _next, Count, Bound) = (capacity, 0, 0, float.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Node(int i) => (int)((uint)_entries[i] >> 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(int i) => Distance(_entries[i]);

    /// <summary>The next whose links are to be followed; it counts as followed.</summary>
    public int Follow()
    {
        var node = Node(_next);
        _entries[_next] |= 1;
        do
        {
            _next++;
        }
        while (_next < Count && (_entries[_next] & 1) != 0);
        return node;
    }

    /// <returns>Whether it is the next to be followed now.</returns>
    public bool Add(float distance, int node)
    {
        if (!(distance < Bound))
        {
            return false;
        }

        var entry = Entry(distance, node);
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle] < entry)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        var moved = Count - low;
        if (Count < _capacity)
        {
            Count++;
        }
        else
        {
            moved--;
        }

        Buffer.MemoryCopy(_entries + low, _entries + low + 1, moved * sizeof(long), moved * sizeof(long));
        _entries[low] = entry;
        if (Count == _capacity)
        {
            Bound = Distance(Count - 1);
        }

        if (low > _next)
        {
            return false;
        }

        _next = low;
        return true;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_entries);
        _entries = null;
        _room = 0;
        GC.SuppressFinalize(this);
    }

    ~Candidates() => NativeMemory.AlignedFree(_entries);

    internal static long Entry(float distance, int node)
    {
        var bits = BitConverter.SingleToInt32Bits(distance);
        bits ^= (bits >> 31) & 0x7fff_ffff; // now integers are in the order of the numbers
        return ((long)bits << 32) | ((uint)node << 1);
    }

    internal static float Distance(long entry)
    {
        var bits = (int)(entry >> 32);
        return BitConverter.Int32BitsToSingle(bits ^ ((bits >> 31) & 0x7fff_ffff));
    }
}
