using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Servers that are no set yet, or none at all.</summary>
public sealed class MongoReplicaSetTests
{
    private static readonly MongoOptions Impatient = new() { ServerSelectionTimeout = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ensure_OneMemberAndManyServices_IsASetOfOne()
    {
        await using var server = await StartAsync(MongoServerKind.MemberWithoutSet);
        var database = new MongoDatabase(server.ConnectionString);
        await Assert.ThrowsAsync<MongoUnavailableException>(() => database.Connection.AskAsync(Token));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EnsureAsync(server.ConnectionString)));
        await EnsureAsync(server.ConnectionString);

        await Eventually.Succeeds(() => database.Connection.AskAsync(Token), cancellationToken: Token);
        Assert.Equal(AddOutcome.Added, await database.Store.AddAsync(Samples.Image(1), Token));
        await database.Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        Assert.True(await database.Store.DeleteAsync(Samples.Id(1), Token));
    }

    [Fact]
    public async Task Ensure_Standalone_SaysWhatToDo()
    {
        await using var server = await StartAsync(MongoServerKind.Standalone);

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => EnsureAsync(server.ConnectionString));
        var same = await Assert.ThrowsAsync<MongoUnavailableException>(() => new MongoConnection(server.ConnectionString, Impatient).AskAsync(Token));

        Assert.Equal((MongoFailure.Incompatible, error.Message), (error.Failure, same.Message));
        Assert.Contains("--replSet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_AMemberIsAway_MakesNoSetWithoutIt()
    {
        await using var here = await StartAsync(MongoServerKind.MemberWithoutSet);
        await using var away = await StartAsync(MongoServerKind.MemberWithoutSet);
        await away.StopAsync();

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => EnsureAsync($"mongodb://{here.Address},{away.Address}/x"));

        Assert.Contains(away.Address, error.Message, StringComparison.Ordinal);
        Assert.False((await HelloAsync(here)).Contains("setName"));
    }

    [Fact]
    public async Task Ensure_AMemberIsEmptyAgain_IsLeftToTheSet()
    {
        await using var set = await StartAsync(MongoServerKind.SetOfOne);
        await using var empty = await StartAsync(MongoServerKind.MemberWithoutSet);

        await EnsureAsync($"mongodb://{empty.Address},{set.Address}/x");

        Assert.False((await HelloAsync(empty)).Contains("setName"));
    }

    private static Task<MongoServer> StartAsync(MongoServerKind kind)
    {
        Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");
        return MongoServer.StartAsync([], kind: kind, cancellationToken: Token);
    }

    private static Task EnsureAsync(string connectionString) =>
        new MongoReplicaSet(new MongoConnection(connectionString, Impatient), TimeProvider.System, NullLogger<MongoReplicaSet>.Instance).EnsureAsync(Token);

    private static Task<BsonDocument> HelloAsync(MongoServer server) => new MongoConnection(server.ConnectionString).RunOnAsync(
        new MongoServerAddress("127.0.0.1", server.Port), new BsonDocument("isMaster", 1), Token);
}
