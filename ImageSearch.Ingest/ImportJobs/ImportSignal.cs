namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Tells this process's workers that an import came in, so that it need not wait for their next look.</summary>
internal sealed class ImportSignal : IDisposable
{
    private readonly SemaphoreSlim _news = new(0);

    public void Notify()
    {
        // One pending signal is enough: who takes it looks until nothing is left.
        if (_news.CurrentCount == 0)
        {
            _news.Release();
        }
    }

    /// <summary>Returns at news, or after the time.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _news.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _news.Dispose();
}
