using System.Text;
using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>A message that the broker brought and that is not acknowledged.</summary>
internal sealed record RabbitMqMessage(RabbitMqSession Session, ulong Tag, ImageId Id)
{
    private const string ContentType = "text/plain";

    /// <summary>The body is the id: pictures never go through the broker.</summary>
    public static byte[] Body(ImageId id) => Encoding.UTF8.GetBytes(id.ToString());

    public static bool TryRead(ReadOnlySpan<byte> body, out ImageId id) => ImageId.TryParseUtf8(body, out id);

    public static BasicProperties Properties(WorkItem item, DateTimeOffset now)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = item.Id.ToString(),
            ContentType = ContentType,
            Timestamp = new AmqpTimestamp(now.ToUnixTimeSeconds()),
        };
        if (item.TraceParent is not null)
        {
            properties.Headers = new Dictionary<string, object?> { ["traceparent"] = item.TraceParent };
        }

        return properties;
    }

    public static BasicProperties DeadLetter(WorkDelivery delivery, string reason, DateTimeOffset now)
    {
        var properties = Properties(delivery.Item, now);
        properties.Headers ??= new Dictionary<string, object?>();
        properties.Headers["reason"] = reason;
        properties.Headers["attempts"] = delivery.Attempt;
        properties.Headers["model"] = delivery.Model;
        return properties;
    }

    public Task AcknowledgeAsync() => Session.AcknowledgeAsync(Tag);
}
