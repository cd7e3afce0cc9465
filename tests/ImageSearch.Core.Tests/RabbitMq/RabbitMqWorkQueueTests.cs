using ImageSearch.Core.Queue;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;

[assembly: AssemblyFixture(typeof(RabbitMqServerFixture))]

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>The queue's suite on a real broker, with the ledger in a real MongoDB.</summary>
public sealed class RabbitMqWorkQueueTests(RabbitMqServerFixture broker, MongoFixture database) : WorkQueueTests
{
    private RabbitMqHarness? _harness;

    protected override async Task<IWorkQueue> OpenAsync()
    {
        var server = await broker.GetAsync();
        _harness ??= new RabbitMqHarness(server.ConnectionString, MongoFixture.NewDatabase(await database.StandaloneAsync()), Clock, Options);
        return _harness.OpenQueue();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }
}
