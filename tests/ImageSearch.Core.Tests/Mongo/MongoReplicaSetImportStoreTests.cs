namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoReplicaSetImportStoreTests(MongoFixture fixture) : MongoImportStoreTests(fixture)
{
    protected override async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.ReplicaSetAsync());
}
