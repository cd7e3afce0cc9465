namespace ImageSearch.Web.Overload;

/// <summary>Bytes that may be in memory at a time.</summary>
internal sealed class ByteBudget(long bytes)
{
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Whether so many could be taken now.</summary>
    public bool HasRoom(long wanted) => Taken + wanted <= bytes;

    /// <returns>Whether there was room; then they are to be given back.</returns>
    public bool TryTake(long wanted)
    {
        if (Interlocked.Add(ref _taken, wanted) <= bytes)
        {
            return true;
        }

        GiveBack(wanted);
        return false;
    }

    public void GiveBack(long taken) => Interlocked.Add(ref _taken, -taken);
}
