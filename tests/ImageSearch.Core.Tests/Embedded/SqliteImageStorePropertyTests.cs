using ImageSearch.Core.Embedded;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteImageStorePropertyTests
{
    [Fact]
    public void Calls_InAnyOrder_BehaveAsTheModel() => ImageStoreProperty.Check(
        () =>
        {
            var fixture = new SqliteFixture();
            return Task.FromResult<(IImageStore, IAsyncDisposable)>((new SqliteImageStore(fixture.Open(), new FakeTimeProvider()), new Scope(fixture)));
        },
        sequences: 40,
        longest: 60);

    private sealed class Scope(SqliteFixture fixture) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            fixture.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
