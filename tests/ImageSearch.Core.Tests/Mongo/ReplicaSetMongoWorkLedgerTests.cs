namespace ImageSearch.Core.Tests.Mongo;

public sealed class ReplicaSetMongoWorkLedgerTests(MongoFixture fixture) : MongoWorkLedgerTests
{
    protected override async Task<string> DatabaseAsync() => MongoFixture.NewDatabase(await fixture.ReplicaSetAsync());
}
