namespace ImageSearch.Index.Search;

/// <summary>Objects that are dear to make, kept for the next who needs one: as many as there are processors, others are let go.</summary>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _kept = new T?[Environment.ProcessorCount];

    public T Take()
    {
        foreach (ref var kept in _kept.AsSpan())
        {
            if (Volatile.Read(ref kept) is not null && Interlocked.Exchange(ref kept, null) is { } item)
            {
                return item;
            }
        }

        return create();
    }

    public void Return(T item)
    {
        foreach (ref var kept in _kept.AsSpan())
        {
            if (Volatile.Read(ref kept) is null && Interlocked.CompareExchange(ref kept, item, null) is null)
            {
                return;
            }
        }
    }
}
