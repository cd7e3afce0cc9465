using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Gives the servers of the connection string a configuration of their replica set when none of them has one. Services do it as they start,
/// all of them at once: each asks the same server, which takes the first configuration. A set is made only when every server of the
/// connection string answers and none has a configuration: a member whose disk is empty again gets its data from the others.
/// </summary>
internal sealed class MongoReplicaSet(MongoConnection mongo, TimeProvider clock, ILogger<MongoReplicaSet> logger)
{
    private const int AlreadyInitialized = 23;
    private const int ConfigurationInProgress = 109;
    private const int DefaultPort = 27017;

    private static readonly BsonDocument Hello = new("isMaster", 1);
    private static readonly TimeSpan ElectionPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ElectionLimit = TimeSpan.FromSeconds(20);

    /// <exception cref="MongoUnavailableException">A server is no member of a set, or cannot be reached before there is a set.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var hosts = mongo.Hosts;
        var replies = await Task.WhenAll(hosts.Select(host => LookAsync(host, cancellationToken)));
        if (hosts.Count == 0 || replies.Any(reply => reply.Hello is { } hello && (hello.Contains("setName") || IsRouter(hello))))
        {
            return;
        }

        foreach (var (hello, error) in replies)
        {
            if (hello is null)
            {
                throw error!;
            }

            ThrowUnlessMember(hello, mongo.Address);
        }

        await InitiateAsync(hosts, cancellationToken);
    }

    /// <exception cref="MongoUnavailableException">The server that sent this is neither a member of a replica set nor mongos.</exception>
    public static void ThrowUnlessMember(BsonDocument hello, string address)
    {
        if (!hello.Contains("setName") && !IsRouter(hello) && !hello.GetValue("isreplicaset", false).ToBoolean())
        {
            throw new MongoUnavailableException(
                MongoFailure.Incompatible,
                $"MongoDB at {address} is a standalone server, which has neither transactions nor change streams: "
                + "start it with --replSet NAME; its data stay, and one member is enough.");
        }
    }

    private static bool IsRouter(BsonDocument hello) => hello.GetValue("msg", "").AsString == "isdbgrid";

    private async Task<(BsonDocument? Hello, MongoUnavailableException? Error)> LookAsync(
        MongoServerAddress host, CancellationToken cancellationToken)
    {
        try
        {
            return (await mongo.RunOnAsync(host, Hello, cancellationToken), null);
        }
        catch (MongoUnavailableException e)
        {
            return (null, e);
        }
    }

    private async Task InitiateAsync(IReadOnlyList<MongoServerAddress> hosts, CancellationToken cancellationToken)
    {
        var first = hosts.OrderBy(host => host.ToString(), StringComparer.Ordinal).First();
        string name;
        try
        {
            var options = (await mongo.RunOnAsync(first, new BsonDocument("getCmdLineOpts", 1), cancellationToken))["parsed"];
            var replication = options["replication"].AsBsonDocument;
            name = (replication.Contains("replSetName") ? replication["replSetName"] : replication["replSet"]).AsString.Split('/')[0];
            // The only member is spoken to by no other: so it keeps its name where its own changes, as in containers.
            var port = options.AsBsonDocument.GetValue("net", new BsonDocument()).AsBsonDocument.GetValue("port", DefaultPort);
            var members = hosts.Count == 1 ? [$"127.0.0.1:{port}"] : hosts.Select(host => host.ToString());
            var configuration = new BsonDocument
            {
                { "_id", name },
                { "members", new BsonArray(members.Select((host, i) => new BsonDocument { { "_id", i }, { "host", host } })) },
            };
            await mongo.RunOnAsync(first, new BsonDocument("replSetInitiate", configuration), cancellationToken);
        }
        catch (MongoUnavailableException e) when (e.Code is AlreadyInitialized or ConfigurationInProgress)
        {
            return; // another service was faster
        }
        catch (MongoUnavailableException e) when (e.Failure == MongoFailure.Unauthorized)
        {
            throw new MongoUnavailableException(
                MongoFailure.Unauthorized,
                $"MongoDB at {mongo.Address} is a replica set without a configuration, and the user may not give it one: run rs.initiate() there.",
                e.Code, e);
        }

        MongoLog.Initiated(logger, mongo.Address, name, hosts.Count);
        await WaitForPrimaryAsync(hosts, cancellationToken);
    }

    private async Task WaitForPrimaryAsync(IReadOnlyList<MongoServerAddress> hosts, CancellationToken cancellationToken)
    {
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < ElectionLimit;)
        {
            foreach (var host in hosts)
            {
                var (hello, _) = await LookAsync(host, cancellationToken);
                if (hello?.GetValue("ismaster", false).ToBoolean() == true)
                {
                    return;
                }
            }

            await Task.Delay(ElectionPause, clock, cancellationToken);
        }
    }
}
