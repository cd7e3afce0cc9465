using ImageSearch.Testing.Servers;
using ImageSearch.Web.Tests.Support;

[assembly: AssemblyFixture(typeof(RabbitMqFixture))]

namespace ImageSearch.Web.Tests.Support;

/// <summary>The broker that the tests share, started when the first of them asks for it.</summary>
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
