using ImageSearch.Core.Embedded;
using ImageSearch.Core.Imports;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteImportStoreTests : ImportStoreTests
{
    private readonly SqliteFixture _fixture = new();

    protected override Task<IImportStore> OpenAsync() => Task.FromResult<IImportStore>(new SqliteImportStore(_fixture.Open(), Clock));

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }
}
