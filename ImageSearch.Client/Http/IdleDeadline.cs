namespace ImageSearch.Client.Http;

/// <summary>Ends a call in which nothing has moved for too long: an upload may take as long as it makes progress.</summary>
internal sealed class IdleDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _outer;
    private readonly TimeSpan _idle;

    public IdleDeadline(TimeSpan idle, CancellationToken cancellationToken)
    {
        _idle = idle;
        _outer = cancellationToken;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Moved();
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether it was this that ended the call, and not the caller.</summary>
    public bool TimedOut => _source.IsCancellationRequested && !_outer.IsCancellationRequested;

    public void Moved() => Allow(_idle);

    /// <summary>Time does not count until something moves again.</summary>
    public void Rest() => Allow(Timeout.InfiniteTimeSpan);

    public void Dispose() => _source.Dispose();

    private void Allow(TimeSpan time)
    {
        try
        {
            _source.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // The server answered early, and what is still being sent belongs to no call any more.
        }
    }
}
