using System.Collections.Concurrent;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>A replica set of three, as a service finds it at its first start, and the loss of its primary.</summary>
public sealed class MongoSetOfThreeTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private MongoServer[] _servers = [];
    private MongoDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");
        _servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            MongoServer.StartAsync([], kind: MongoServerKind.MemberWithoutSet, cancellationToken: Token)));
        _database = new MongoDatabase($"mongodb://{string.Join(',', _servers.Select(server => server.Address))}/x");
        var set = new MongoReplicaSet(_database.Connection, TimeProvider.System, NullLogger<MongoReplicaSet>.Instance);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => set.EnsureAsync(Token)));
        await Eventually.Succeeds(() => _database.Connection.AskAsync(Token), Limit, cancellationToken: Token);
        // Elections begin 2 s after the primary was heard last, instead of 10.
        var primary = Address(await PrimaryAsync());
        var configuration = (await _database.Connection.RunOnAsync(primary, new BsonDocument("replSetGetConfig", 1), Token))["config"].AsBsonDocument;
        configuration["version"] = configuration["version"].ToInt32() + 1;
        configuration["settings"]["electionTimeoutMillis"] = 2000;
        configuration["settings"]["heartbeatIntervalMillis"] = 500;
        await _database.Connection.RunOnAsync(primary, new BsonDocument("replSetReconfig", configuration), Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Kill_PrimaryInTheMiddleOfWrites_LosesNothingAcknowledgedAndTheFeedGoesOn()
    {
        var acknowledged = new ConcurrentBag<int>();
        var given = new ConcurrentQueue<ChangePage>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var following = Task.Run(() => FollowAsync(given, enough.Token), Token);
        // What is written while the feed loads comes once more after it; from here on everything comes once.
        await Eventually.BecomesTrue(() => following.IsFaulted || given.Any(page => page.CaughtUp), Limit, Token, "the feed has loaded");
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() => WriteAsync(writer * 1_000_000, acknowledged, stopping.Token), Token)));
        await MoreAsync();

        var killed = await PrimaryAsync();
        killed.Kill();
        await MoreAsync();
        Assert.NotEqual(killed, await PrimaryAsync());

        await stopping.CancelAsync();
        await writing;
        var ids = acknowledged.Select(Samples.Id).ToList();
        await Eventually.BecomesTrue(
            () => following.IsFaulted || ids.ToHashSet().IsSubsetOf(given.SelectMany(page => page.Changes).Select(change => change.Id)), Limit, Token, "the feed has all");
        await enough.CancelAsync();
        await following;
        var stored = await _database.Store.FindExtractionsAsync(Samples.Model, ids, Token);
        Assert.Equal(ids.Count, stored.Values.Count(extraction => extraction.State == ImageState.Indexed));
        Assert.All(given.SelectMany(page => page.Changes).GroupBy(change => change.Id), changes => Assert.Single(changes));
        Assert.All(given, page => Assert.Null(page.Restart));

        Task MoreAsync()
        {
            var wanted = acknowledged.Count + 50;
            return Eventually.BecomesTrue(() => writing.IsFaulted || following.IsFaulted || acknowledged.Count > wanted, Limit, Token, "the writers write");
        }
    }

    /// <summary>As an index server: where the feed breaks off, from the last page that it was given.</summary>
    private async Task FollowAsync(ConcurrentQueue<ChangePage> given, CancellationToken stop)
    {
        for (var cursor = default(ChangeCursor); !stop.IsCancellationRequested;)
        {
            try
            {
                await foreach (var page in _database.Store.FollowAsync(Samples.Model, new(0, 1), cursor, 100, stop))
                {
                    given.Enqueue(page);
                    cursor = page.Next;
                }
            }
            catch (MongoUnavailableException e) when (e.IsTransient)
            {
                // There is no primary.
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WriteAsync(int first, ConcurrentBag<int> acknowledged, CancellationToken stop)
    {
        for (var number = first; !stop.IsCancellationRequested; number++)
        {
            try
            {
                await _database.Store.AddAsync(Samples.Image(number), Token);
                await _database.Store.PutVectorsAsync(Samples.Model, [Samples.Vector(number)], Token);
                acknowledged.Add(number);
            }
            catch (MongoUnavailableException e) when (e.IsTransient)
            {
                // Not acknowledged: it may be there or not.
            }
        }
    }

    private async Task<MongoServer> PrimaryAsync()
    {
        foreach (var server in _servers.Where(server => !server.HasExited))
        {
            if ((await _database.Connection.RunOnAsync(Address(server), new BsonDocument("isMaster", 1), Token))["ismaster"].AsBoolean)
            {
                return server;
            }
        }

        throw new InvalidOperationException("There is no primary.");
    }

    private static MongoServerAddress Address(MongoServer server) => new("127.0.0.1", server.Port);
}
