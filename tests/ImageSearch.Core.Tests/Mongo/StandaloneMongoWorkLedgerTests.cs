namespace ImageSearch.Core.Tests.Mongo;

public sealed class StandaloneMongoWorkLedgerTests(MongoFixture fixture) : MongoWorkLedgerTests
{
    protected override async Task<string> DatabaseAsync() => MongoFixture.NewDatabase(await fixture.StandaloneAsync());
}
