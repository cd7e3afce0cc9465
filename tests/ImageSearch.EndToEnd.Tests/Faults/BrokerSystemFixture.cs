using ImageSearch.EndToEnd.Tests.Backends;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A system whose queues tests look at. It has a second model, whose queries go over RabbitMQ; pictures are files, which can be broken.</summary>
public sealed class BrokerSystemFixture(SharedServers servers) : IAsyncLifetime
{
    internal const string Rpc = "over-rpc";

    private readonly string _name = $"broker-{Guid.NewGuid():N}";
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    internal Prometheus Prometheus => new(System.Client("prometheus"));

    public async ValueTask InitializeAsync()
    {
        if (SharedServers.Missing is null)
        {
            _system = await RunningSystem.StartAsync(
                [.. await servers.AddSystemAsync(_name, blobs: false), .. LayoutModel.DeclaredAs(0, Rpc, 2), "--Models:0:QueryTransport=Rpc", "--Models:0:IndexRecallSample=1",
                    .. EndToEnd.Tests.Prometheus.Arguments]);
        }
    }

    /// <returns>Messages that wait in a queue; null when there is no such queue.</returns>
    internal async Task<long?> WaitingInAsync(string queue) => await (await servers.BrokerAsync()).WaitingInAsync(queue, _name);

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }
}
