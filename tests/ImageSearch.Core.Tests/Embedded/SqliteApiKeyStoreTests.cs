using ImageSearch.Core.Embedded;
using ImageSearch.Core.Security;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteApiKeyStoreTests : ApiKeyStoreTests
{
    private readonly SqliteFixture _fixture = new();

    protected override Task<IApiKeyStore> OpenAsync() => Task.FromResult<IApiKeyStore>(new SqliteApiKeyStore(_fixture.Open(), Clock));

    public override async ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        await base.DisposeAsync();
    }
}
