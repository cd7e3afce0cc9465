using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using ImageSearch.Core.Models;
using ImageSearch.Core.Rpc;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Stands in for an extractor that takes queries from a real broker; written against the contract alone.</summary>
internal sealed class RpcExtractor : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ModelRoute _model;

    private RpcExtractor(IConnection connection, IChannel channel, ModelRoute model)
    {
        _connection = connection;
        _channel = channel;
        _model = model;
    }

    public ConcurrentQueue<(byte[] Body, IReadOnlyBasicProperties Properties)> Requests { get; } = [];

    /// <summary>Answers instead of the extractor while it is set.</summary>
    public Func<byte[], Task<(string ContentType, byte[] Body)>>? Intercept { get; set; }

    public static async Task<RpcExtractor> StartAsync(string connectionString, ModelRoute model)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: 64));
        var queue = EmbedRpc.Queue(model.Name);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, EmbedRpc.QueueArguments);
        await channel.BasicQosAsync(0, 64, global: false);
        var extractor = new RpcExtractor(connection, channel, model);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += extractor.OnReceivedAsync;
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        return extractor;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Problem details as an extractor gives them.</summary>
    public void Refuse(int status, string slug, string detail) => Intercept = _ => Task.FromResult(
        (EmbedRpc.ProblemType, JsonSerializer.SerializeToUtf8Bytes(new { type = $"urn:imagesearch:{slug}", status, detail })));

    private async Task OnReceivedAsync(object sender, BasicDeliverEventArgs delivery)
    {
        var body = delivery.Body.ToArray();
        Requests.Enqueue((body, new BasicProperties(delivery.BasicProperties)));
        var (contentType, reply) = Intercept is { } intercept ? await intercept(body) : (EmbedRpc.ResponseType, Embed(body));
        var properties = new BasicProperties { CorrelationId = delivery.BasicProperties.CorrelationId, ContentType = contentType };
        await _channel.BasicPublishAsync("", delivery.BasicProperties.ReplyTo!, mandatory: false, properties, reply);
        await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
    }

    public byte[] Embed(byte[] picture) => JsonSerializer.SerializeToUtf8Bytes(
        new EmbedResponse(_model.Version, MemoryMarshal.AsBytes(FakeExtractor.Embed(picture, _model.Dimension).AsSpan()).ToArray(), null, new EmbedTimes(1, 2)),
        JsonSerializerOptions.Web);
}
