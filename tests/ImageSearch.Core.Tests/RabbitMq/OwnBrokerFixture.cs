using ImageSearch.Testing.Servers;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>A broker for a class whose tests stop and break it.</summary>
public sealed class OwnBrokerFixture : IAsyncLifetime
{
    public RabbitMqServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (RabbitMqServer.Missing is null)
        {
            Server = await RabbitMqServer.StartAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
