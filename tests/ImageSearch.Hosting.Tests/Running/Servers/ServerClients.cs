using System.Text;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Mongo.Bson;
using RabbitMQ.Client;

namespace ImageSearch.Hosting.Tests.Running.Servers;

/// <summary>What a service would do with its connection strings: keep something, and find it again.</summary>
internal static class ServerClients
{
    private const string Queue = "kept";
    private const string Collection = "kept";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task KeepInRabbitMqAsync(string connectionString, string text)
    {
        await using var connection = await ConnectAsync(connectionString);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));

        // Not a quorum queue: RabbitMQ writes half a second later where such a queue lies, and a test kills it before that.
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(text));
    }

    public static async Task<string?> TakeFromRabbitMqAsync(string connectionString)
    {
        await using var connection = await ConnectAsync(connectionString);
        await using var channel = await connection.CreateChannelAsync();
        var message = await channel.BasicGetAsync(Queue, autoAck: true);
        return message is null ? null : Encoding.UTF8.GetString(message.Body.Span);
    }

    public static async Task KeepInMongoDbAsync(string connectionString, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var client = new MongoClient(connectionString);
        await client.WriteAsync(new BsonDocument { { "insert", Collection }, { "documents", new BsonArray { new BsonDocument { { "_id", text } } } } }, deadline.Token);
    }

    public static async Task<bool> IsInMongoDbAsync(string connectionString, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var client = new MongoClient(connectionString);
        var found = await client.FindAsync(Collection, new BsonDocument { { "_id", text } }, new BsonDocument(), _ => true, deadline.Token);
        return found.Count == 1;
    }

    private static Task<IConnection> ConnectAsync(string connectionString) =>
        new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
