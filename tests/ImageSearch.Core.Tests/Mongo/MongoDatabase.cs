using ImageSearch.Core.Mongo;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>A connection to a database, and the store over it.</summary>
internal sealed class MongoDatabase : IAsyncDisposable
{
    public MongoDatabase(string connectionString, MongoOptions? options = null)
    {
        ConnectionString = connectionString;
        options ??= new MongoOptions { FeedWait = TimeSpan.FromMilliseconds(10) };
        Connection = new MongoConnection(connectionString, options);
        Schema = new MongoSchema(Connection);
        Store = new MongoImageStore(Connection, Schema, Options.Create(options));
    }

    public string ConnectionString { get; }

    public MongoConnection Connection { get; }

    public MongoSchema Schema { get; }

    public MongoImageStore Store { get; }

    /// <summary>Drops the database: for tests that make many of them.</summary>
    public async ValueTask DisposeAsync() => await Connection.RunAsync(async database =>
    {
        await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
        return true;
    });
}
