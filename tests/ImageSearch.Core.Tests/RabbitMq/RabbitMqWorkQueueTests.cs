using ImageSearch.Core.Queue;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>The queue's suite on a real broker, with the ledger in a real MongoDB.</summary>
public sealed class RabbitMqWorkQueueTests(RabbitMqFixture broker, MongoFixture database) : WorkQueueTests
{
    private RabbitMqHarness? _harness;

    protected override async Task<IWorkQueue> OpenAsync()
    {
        var server = await broker.StartAsync();
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
