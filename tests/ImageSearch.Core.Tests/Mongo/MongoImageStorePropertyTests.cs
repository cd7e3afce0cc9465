using ImageSearch.Core.Store;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoImageStorePropertyTests(MongoFixture fixture)
{
    [Fact]
    public async Task Calls_InAnyOrder_BehaveAsTheModel()
    {
        var server = await fixture.ServerAsync();

        ImageStoreProperty.Check(
            () =>
            {
                var database = new MongoDatabase(MongoFixture.NewDatabase(server));
                return Task.FromResult<(IImageStore, IAsyncDisposable)>((database.Store, database));
            },
            sequences: 15,
            longest: 60);
    }
}
