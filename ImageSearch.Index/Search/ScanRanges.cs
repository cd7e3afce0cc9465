namespace ImageSearch.Index.Search;

/// <summary>
/// Gives blocks of work to threads: to each from a range of its own, front to back, and when that is used up from the others': from the
/// back, so that their owners are not disturbed, or from the front where no owner has come yet, so that it stays one stream.
/// </summary>
internal sealed class ScanRanges
{
    /// <summary>A cache line: threads that count in the same one slow each other down.</summary>
    private const int Spacing = 8;

    private long[] _ranges = []; // next block of a range in the upper half, end in the lower
    private int _count;

    public void Reset(int blocks, int ranges)
    {
        if (_ranges.Length < (ranges + 1) * Spacing)
        {
            _ranges = new long[(ranges + 1) * Spacing];
        }

        _count = ranges;
        for (var i = 0; i < ranges; i++)
        {
            Range(i) = Pack((int)((long)blocks * i / ranges), (int)((long)blocks * (i + 1) / ranges));
        }
    }

    /// <param name="owner">Of the range to take from first.</param>
    /// <param name="present">Owners that have come, in the order of their ranges.</param>
    public bool TryTake(int owner, int present, out int block)
    {
        for (var i = 0; i < _count; i++)
        {
            var range = (owner + i) % _count;
            if (TryTake(ref Range(range), i == 0 || range >= present, out block))
            {
                return true;
            }
        }

        block = -1;
        return false;
    }

    private static bool TryTake(ref long range, bool front, out int block)
    {
        while (true)
        {
            var seen = Volatile.Read(ref range);
            var (next, end) = ((int)(seen >> 32), (int)seen);
            block = front ? next : end - 1;
            if (next >= end)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref range, front ? Pack(next + 1, end) : Pack(next, end - 1), seen) == seen)
            {
                return true;
            }
        }
    }

    private static long Pack(int next, int end) => ((long)next << 32) | (uint)end;

    private ref long Range(int number) => ref _ranges[(number + 1) * Spacing];
}
