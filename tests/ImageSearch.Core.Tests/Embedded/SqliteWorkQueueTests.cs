using ImageSearch.Core.Embedded;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteWorkQueueTests : WorkQueueTests
{
    private readonly SqliteFixture _fixture = new();

    protected override Task<IWorkQueue> OpenAsync() => Task.FromResult<IWorkQueue>(new SqliteWorkQueue(_fixture.Open(), SqliteFixture.Queue(Options), Clock));

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }
}
