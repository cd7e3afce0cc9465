namespace ImageSearch.Testing.Servers;

/// <summary>One broker for the tests of an assembly, started when the first of them needs it.</summary>
public sealed class RabbitMqServerFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitMqServer>> _server = new(() => RabbitMqServer.StartAsync(CancellationToken.None));

    /// <summary>Skips the test where the server is missing.</summary>
    public Task<RabbitMqServer> GetAsync()
    {
        Assert.SkipWhen(RabbitMqServer.Missing is not null, RabbitMqServer.Missing ?? "");
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
