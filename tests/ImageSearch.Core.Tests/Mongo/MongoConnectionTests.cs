using ImageSearch.Core.Mongo;
using ImageSearch.Testing.Servers;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoConnectionTests(MongoFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mongodb://host", "host:27017")]
    [InlineData("mongodb://user:secret@host:27018/imagesearch?authSource=admin", "host:27018")]
    [InlineData("mongodb://user:p%40ss@a:1,b:2/?replicaSet=rs", "a:1,b:2")]
    [InlineData("mongodb+srv://user:secret@cluster.example.org/db", "cluster.example.org")]
    public void Address_AnyString_IsWhatMayBeShown(string text, string address) => Assert.Equal(address, new MongoConnection(text).Address);

    [Theory]
    [InlineData("", 2, 1, 3, 4)]
    [InlineData("?maxPoolSize=20&serverSelectionTimeoutMS=11000&connectTimeoutMS=12000&socketTimeoutMS=13000", 20, 11, 12, 13)]
    public async Task Settings_TimesOfTheConnectionString_WinOverTheOptions(string options, int connections, int selection, int connect, int socket)
    {
        var connection = new MongoConnection($"mongodb://host/db{options}", new MongoOptions
        {
            Connections = 2,
            ServerSelectionTimeout = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            SocketTimeout = TimeSpan.FromSeconds(4),
        });

        var settings = await connection.RunAsync(database => Task.FromResult(database.Client.Settings));

        Assert.Equal(
            (connections, TimeSpan.FromSeconds(selection), TimeSpan.FromSeconds(connect), TimeSpan.FromSeconds(socket)),
            (settings.MaxConnectionPoolSize, settings.ServerSelectionTimeout, settings.ConnectTimeout, settings.SocketTimeout));
    }

    [Fact]
    public async Task Ask_AnyServer_SaysItsTime()
    {
        var connection = await OpenAsync();

        var time = await connection.AskAsync(Token);

        Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.InRange(connection.Clock.GetUtcNow(), time.AddMilliseconds(-50), time.AddSeconds(30));
    }

    [Fact]
    public async Task Write_ThenFind_ReturnsWhatWasWritten()
    {
        var connection = await OpenAsync();
        var documents = Enumerable.Range(0, 2500).Select(i => new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", i }, { "text", $"number {i}" } })).ToList();

        var inserted = await connection.WriteAsync("numbers", documents, Token);
        var again = await connection.WriteAsync("numbers", documents[1498..1502], Token);
        var mixed = await connection.WriteAsync(
            "numbers", [.. documents[..1001], new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", 5000 }, { "text", "new" } })], Token);
        var updated = await connection.WriteAsync(
            "numbers",
            [.. new[] { 5, 9999 }.Select(i => new UpdateOneModel<BsonDocument>(
                new BsonDocument("_id", i), new BsonDocument("$set", new BsonDocument("text", "changed"))) { IsUpsert = true })],
            Token);
        var deleted = await connection.WriteAsync("numbers", [new DeleteOneModel<BsonDocument>(new BsonDocument("_id", 6))], Token);
        var found = await connection.FindAsync(
            "numbers", [], new FindOptions<BsonDocument> { Sort = new BsonDocument("_id", 1), BatchSize = 300 },
            document => (Id: document["_id"].ToInt32(), Text: document["text"].AsString), Token);

        Assert.Equal((2500, 0), (inserted.Count, again.Count));
        Assert.Equal([0, 1, 2, 3], again.Duplicates.Order());
        Assert.Equal((1, 1001), (mixed.Count, mixed.Duplicates.Count));
        Assert.Equal(Enumerable.Range(0, 1001), mixed.Duplicates.Order());
        Assert.Equal(2, updated.Count);
        Assert.Equal([1], updated.Upserted);
        Assert.Equal(1, deleted.Count);
        Assert.Equal(2501, found.Count);
        Assert.Equal("changed", found[5].Text);
        Assert.Equal((7, "number 7"), found[6]);
        Assert.Equal((9999, "changed"), found[^1]);
    }

    [Fact]
    public async Task Run_CommandThatTheServerRefuses_SaysWhatAndWhere()
    {
        var server = await fixture.ServerAsync();
        var connection = new MongoConnection(MongoFixture.NewDatabase(server));

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => RunAsync(connection, "nonsense"));

        Assert.Equal((MongoFailure.Refused, 59), (error.Failure, error.Code));
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Run_ManyCallersAndFewConnections_AllAreServed()
    {
        await using var server = await MongoServer.StartAsync(Token);
        var connection = new MongoConnection(server.ConnectionString, new MongoOptions { Connections = 2 });
        var before = await ConnectionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => RunAsync(connection, "ping")));

        // The first one is there already.
        Assert.InRange(await ConnectionsAsync() - before, 0, 1);

        async Task<int> ConnectionsAsync() => (await RunAsync(connection, "serverStatus"))["connections"]["totalCreated"].ToInt32();
    }

    [Fact]
    public async Task Find_DocumentIsNotUnderstood_SaysSo()
    {
        var connection = await OpenAsync();
        await InsertAsync(connection, 1);

        var missing = await Assert.ThrowsAsync<MongoUnavailableException>(() =>
            connection.FindAsync("numbers", [], new FindOptions<BsonDocument>(), document => document["text"].AsString, Token));
        var otherType = await Assert.ThrowsAsync<MongoUnavailableException>(() =>
            connection.FindAsync("numbers", [], new FindOptions<BsonDocument>(), document => document["_id"].AsString, Token));

        Assert.Equal((MongoFailure.Refused, MongoFailure.Refused), (missing.Failure, otherType.Failure));
        Assert.Contains("text", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wiredTiger", "log", "log sync operations")]
    [InlineData("metrics", "getLastError", "wtime", "num")]
    public async Task Write_Completes_WhenTheMajorityHasItInItsJournal(params string[] counter)
    {
        const int Writes = 20;
        var connection = await OpenAsync();
        await InsertAsync(connection, -1);
        var before = await CountAsync();

        for (var i = 0; i < Writes; i++)
        {
            await InsertAsync(connection, i);
        }

        Assert.True(await CountAsync() >= before + Writes);

        async Task<long> CountAsync() =>
            counter.Aggregate((BsonValue)await RunAsync(connection, "serverStatus"), (value, name) => value[name]).ToInt64();
    }

    [Fact]
    public async Task Write_ConnectionStringSaysWhatIsDurable_IsHeard()
    {
        var connection = new MongoConnection(MongoFixture.NewDatabase(await fixture.ServerAsync()) + "?w=5");

        // Which a single server cannot do.
        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => InsertAsync(connection, 1));

        Assert.Equal(MongoFailure.Refused, error.Failure);
    }

    private async Task<MongoConnection> OpenAsync() => new(MongoFixture.NewDatabase(await fixture.ServerAsync()));

    private static Task<BsonDocument> RunAsync(MongoConnection connection, string command) =>
        connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(new BsonDocument(command, 1), cancellationToken: Token));

    private static Task<MongoWrites> InsertAsync(MongoConnection connection, int number) =>
        connection.WriteAsync("numbers", [new InsertOneModel<BsonDocument>(new BsonDocument("_id", number))], Token);
}
