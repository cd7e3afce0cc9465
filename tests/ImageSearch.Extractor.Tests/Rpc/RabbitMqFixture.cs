using ImageSearch.Extractor.Tests.Rpc;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(RabbitMqFixture))]

namespace ImageSearch.Extractor.Tests.Rpc;

/// <summary>The broker that the tests share, started when the first of them asks for it. Every test has a model of its own, and so a queue.</summary>
public sealed class RabbitMqFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitMqServer>> _server = new(() => RabbitMqServer.StartAsync(CancellationToken.None));

    public Task<RabbitMqServer> StartAsync()
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
