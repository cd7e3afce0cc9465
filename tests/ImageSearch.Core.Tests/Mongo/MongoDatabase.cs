using ImageSearch.Core.Mongo;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>A client of a database, and the store over it.</summary>
internal sealed class MongoDatabase : IAsyncDisposable
{
    public MongoDatabase(string connectionString, MongoOptions? options = null)
    {
        ConnectionString = connectionString;
        options ??= new MongoOptions();
        Client = new MongoClient(connectionString, options);
        Schema = new MongoSchema(Client);
        Store = new MongoImageStore(Client, Schema, Options.Create(options));
    }

    public string ConnectionString { get; }

    public MongoClient Client { get; }

    public MongoSchema Schema { get; }

    public MongoImageStore Store { get; }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
