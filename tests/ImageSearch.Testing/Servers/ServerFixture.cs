namespace ImageSearch.Testing.Servers;

/// <summary>One server for the tests of an assembly: the one of the run, else one of its own, started when the first test needs it.</summary>
public abstract class ServerFixture<T>(string? missing, T? ofRun, Func<CancellationToken, Task<T>> start) : IAsyncDisposable
    where T : class, IAsyncDisposable
{
    private readonly Lazy<Task<T>> _own = new(() => start(CancellationToken.None));

    /// <summary>Skips the test where the server is missing.</summary>
    public Task<T> GetAsync()
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return ofRun is null ? _own.Value : Task.FromResult(ofRun);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own.IsValueCreated)
        {
            await (await _own.Value).DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
