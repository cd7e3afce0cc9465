namespace ImageSearch.Index.Search;

/// <summary>
/// Objects that are dear to make, kept for the next who needs one. None is let go, so that a burst does not make them anew each time: there
/// are as many as were ever needed at once, which the searches in work bound (<c>Index:MaximumSearches</c>).
/// </summary>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private readonly Lock _gate = new();
    private T[] _made = [];
    private T[] _idle = [];
    private int _idleCount;

    /// <summary>All that there are, in use or not.</summary>
    public ReadOnlySpan<T> Made => Volatile.Read(ref _made);

    public T Take()
    {
        lock (_gate)
        {
            if (_idleCount > 0)
            {
                return _idle[--_idleCount]; // the last that was used: its memory is in the cache
            }
        }

        var item = create();
        lock (_gate)
        {
            Volatile.Write(ref _made, [.. _made, item]);
            Array.Resize(ref _idle, _made.Length);
        }

        return item;
    }

    public void Return(T item)
    {
        lock (_gate)
        {
            _idle[_idleCount++] = item;
        }
    }
}
