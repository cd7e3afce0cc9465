namespace ImageSearch.Core.Tests.Mongo;

/// <summary>On a replica set: majority writes, retried by the driver.</summary>
public sealed class MongoReplicaSetImageStoreTests(MongoFixture fixture) : MongoImageStoreTests(fixture)
{
    protected override async Task<string> NewDatabaseAsync() => MongoFixture.NewDatabase(await Fixture.ReplicaSetAsync());
}
