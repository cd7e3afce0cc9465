using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Testing.Servers;

public static class MongoServerExtensions
{
    private const string Administrator = "administrator";

    /// <summary>
    /// Gives a server that was started with <c>--auth</c> its first users: an administrator, whom anybody on the same machine may add, and by
    /// them, in the database <c>admin</c>, one who may read and write one database.
    /// </summary>
    public static async Task AddFirstUserAsync(this MongoServer server, string database, string user, string password)
    {
        await CreateUserAsync(server.ConnectionStringOf("admin"), Administrator, Administrator, new BsonDocument { { "role", "root" }, { "db", "admin" } });
        await CreateUserAsync(
            server.ConnectionStringOf("admin", $"{Administrator}:{Administrator}@"), user, password, new BsonDocument { { "role", "readWrite" }, { "db", database } });
    }

    private static async Task CreateUserAsync(string connectionString, string user, string password, BsonDocument role)
    {
        using var client = new MongoClient(connectionString);
        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(
            new BsonDocument { { "createUser", user }, { "pwd", password }, { "roles", new BsonArray { role } } });
    }
}
