using ImageSearch.Core.Mongo;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Testing.Servers;

public static class MongoServerExtensions
{
    /// <summary>
    /// Adds the first user of a server that was started with <c>--auth</c>, to its database <c>admin</c>: whoever comes from the same machine
    /// may add that one. The user may read and write one database.
    /// </summary>
    public static async Task AddUserAsync(this MongoServer server, string database, string user, string password)
    {
        await using var client = new MongoClient($"mongodb://127.0.0.1:{server.Port}/admin", new MongoOptions { Connections = 1 });
        var role = new BsonDocument { { "role", "readWrite" }, { "db", database } };
        await client.WriteAsync(
            new BsonDocument { { "createUser", user }, { "pwd", password }, { "roles", new BsonArray { role } } }, CancellationToken.None);
    }
}
