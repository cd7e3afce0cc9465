namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoReplicaSetIdempotencyStoreTests(MongoFixture fixture) : MongoIdempotencyStoreTests(fixture)
{
    protected override async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.ReplicaSetAsync());
}
