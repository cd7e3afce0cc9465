using System.Globalization;
using System.Text;
using ImageSearch.Core.Queue;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>A message that the broker brought and that is not acknowledged.</summary>
internal sealed record RabbitMqMessage(RabbitMqSession Session, ulong Tag, WorkItem Item, int Attempt)
{
    private const string ContentType = "text/plain";
    private const string Trace = "traceparent";
    private const string Attempts = "attempts";

    public static RabbitMqOutgoing Of(string exchange, string routingKey, WorkItem item, int attempts = 0)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = item.Id.ToString(),
            ContentType = ContentType,
            Timestamp = new AmqpTimestamp(DateTimeOffset.UtcNow.ToUnixTimeSeconds()),
            Headers = new Dictionary<string, object?>(),
        };
        if (item.TraceParent is not null)
        {
            properties.Headers[Trace] = item.TraceParent;
        }

        if (attempts > 0)
        {
            properties.Headers[Attempts] = attempts;
        }

        // The body is the id: pictures never go through the broker.
        return new RabbitMqOutgoing(exchange, routingKey, properties, Encoding.UTF8.GetBytes(item.Id.ToString()));
    }

    public static RabbitMqOutgoing DeadLetter(string exchange, WorkDelivery delivery, string reason)
    {
        var message = Of(exchange, delivery.Model, delivery.Item, delivery.Attempt);
        message.Properties.Headers!["reason"] = reason;
        message.Properties.Headers["model"] = delivery.Model;
        return message;
    }

    /// <returns>Null when it is no image id.</returns>
    public static RabbitMqMessage? Read(RabbitMqSession session, ulong tag, ReadOnlyMemory<byte> body, IReadOnlyBasicProperties properties)
    {
        if (!ImageId.TryParseUtf8(body.Span, out var id))
        {
            return null;
        }

        var headers = properties.Headers;
        // The broker moved it here because its worker died. Newer brokers count more causes as acquired than as delivered.
        var died = Text("x-first-death-reason") == "delivery_limit" ? 1 : 0;
        var delivered = Math.Max(Number("x-delivery-count"), Number("x-acquired-count"));
        return new RabbitMqMessage(session, tag, new WorkItem(id, Text(Trace)), 1 + Number(Attempts) + died + delivered);

        object? Header(string name) => headers?.TryGetValue(name, out var value) == true ? value : null;

        string? Text(string name) => Header(name) is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

        int Number(string name) =>
            Header(name) is int or long or short or byte ? Convert.ToInt32(Header(name), CultureInfo.InvariantCulture) : 0;
    }
}
