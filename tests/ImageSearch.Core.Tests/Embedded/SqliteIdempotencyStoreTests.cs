using ImageSearch.Core.Embedded;
using ImageSearch.Core.Idempotency;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteIdempotencyStoreTests : IdempotencyStoreTests
{
    private readonly SqliteFixture _fixture = new();

    protected override Task<IIdempotencyStore> OpenAsync() => Task.FromResult<IIdempotencyStore>(new SqliteIdempotencyStore(_fixture.Open(), Clock));

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }
}
