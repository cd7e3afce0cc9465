using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>What a server says of itself (<c>isMaster</c>, which every version understands).</summary>
/// <param name="WriteConcern">What makes a write durable there; empty where the connection string says it.</param>
/// <param name="LocalTime">Its clock when it answered.</param>
internal sealed record MongoServerInfo(bool IsStandalone, int WireVersion, DateTimeOffset LocalTime, BsonDocument WriteConcern)
{
    /// <summary>That of MongoDB 4.0.</summary>
    public const int OldestWireVersion = 7;

    /// <summary>The server gives up before the connection does, and says why.</summary>
    private const int ConcernMilliseconds = 20_000;

    public static BsonDocument Question => new() { { "isMaster", 1 } };

    public static MongoServerInfo From(BsonView reply, bool concernIsGiven)
    {
        var isStandalone = !reply.Has("setName"u8) && !reply.Has("msg"u8); // mongos says isdbgrid in msg
        // A write that a majority has is never rolled back; one that is in the journal survives the process and the machine.
        var concern = isStandalone
            ? new BsonDocument { { "w", 1 }, { "j", true } }
            : new BsonDocument { { "w", "majority" }, { "wtimeout", ConcernMilliseconds } };
        return new MongoServerInfo(
            isStandalone,
            reply.TryGet("maxWireVersion"u8, out var version) ? version.ToInt32() : 0,
            reply["localTime"u8].ToDate(),
            concernIsGiven ? [] : new BsonDocument { { "writeConcern", concern } });
    }
}
