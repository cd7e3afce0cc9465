using System.Numerics;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Which nodes a search has come to: a byte for each, which says so while it equals the number of the search, so that nothing needs
/// clearing but every 255th time.
/// </summary>
internal sealed unsafe class VisitedNodes
{
    private byte* _marks;
    private int _room;
    private byte _search;

    ~VisitedNodes() => NativeMemory.Free(_marks);

    public long Bytes => _room;

    /// <param name="nodes">From 0 on.</param>
    /// <param name="search">A mark equal to it means visited.</param>
    public byte* Begin(int nodes, out byte search)
    {
        if (nodes > _room)
        {
            _room = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)nodes), int.MaxValue);
            NativeMemory.Free(_marks);
            _marks = (byte*)NativeMemory.AllocZeroed((nuint)_room);
            _search = 0;
        }

        if (++_search == 0)
        {
            NativeMemory.Clear(_marks, (nuint)_room);
            _search = 1;
        }

        search = _search;
        return _marks;
    }
}
