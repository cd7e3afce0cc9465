using ImageSearch.Core.Embedded;
using ImageSearch.Core.Store;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteImageStoreTests : ImageStoreTests
{
    private readonly SqliteFixture _fixture = new();

    protected override Task<IImageStore> OpenAsync() => Task.FromResult<IImageStore>(new SqliteImageStore(_fixture.Open(), Clock));

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }
}
