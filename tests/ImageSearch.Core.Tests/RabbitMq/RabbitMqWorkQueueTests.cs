using ImageSearch.Core.Queue;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(RabbitMqServerFixture))]

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>The queue's suite on a real broker. Each process reaches it through a line of its own, which can be cut.</summary>
public sealed class RabbitMqWorkQueueTests(RabbitMqServerFixture broker, MongoFixture database) : WorkQueueTests
{
    private readonly Dictionary<IWorkQueue, TcpProxy> _lines = [];
    private RabbitMqHarness? _harness;

    protected override async Task<IWorkQueue> OpenAsync()
    {
        var server = await broker.GetAsync();
        _harness ??= new RabbitMqHarness(server.ConnectionString, MongoFixture.NewDatabase(await database.ServerAsync()), Options);
        var line = TcpProxy.To(server.Port);
        var queue = _harness.Open(through: $"amqp://guest:guest@127.0.0.1:{line.Port}/").GetRequiredService<IWorkQueue>();
        _lines.Add(queue, line);
        return queue;
    }

    /// <summary>To the broker a process is its connections.</summary>
    protected override Task KillAsync(IWorkQueue queue)
    {
        _lines[queue].Cut(ProxyCut.Reset);
        return Task.CompletedTask;
    }

    /// <summary>Retries are due by the broker's clock.</summary>
    protected override Task PassAsync(TimeSpan time) => Task.Delay(time > TimeSpan.Zero ? time : TimeSpan.Zero, Token);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }

        foreach (var line in _lines.Values)
        {
            await line.DisposeAsync();
        }
    }
}
