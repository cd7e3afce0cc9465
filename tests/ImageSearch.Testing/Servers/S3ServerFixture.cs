namespace ImageSearch.Testing.Servers;

/// <summary>One S3 server for the tests of an assembly, started when the first of them needs it.</summary>
public sealed class S3ServerFixture : IAsyncDisposable
{
    private readonly Lazy<Task<S3Server>> _server = new(() => S3Server.StartAsync(CancellationToken.None));

    /// <summary>Skips the test where the server is missing.</summary>
    public Task<S3Server> GetAsync()
    {
        Assert.SkipWhen(S3Server.Missing is not null, S3Server.Missing ?? "");
        return _server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
