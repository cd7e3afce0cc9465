namespace ImageSearch.Core.Rpc;

/// <summary>
/// What web and extractors agree on for embedding a query over RabbitMQ. The request: body = the picture, <c>correlation_id</c>,
/// <c>reply_to</c>, <c>expiration</c>, and these headers. The reply: the same JSON as <c>POST /embed</c> gives,
/// problem details with content type <see cref="ProblemType"/> included.
/// </summary>
public static class EmbedRpc
{
    /// <summary>Milliseconds that the caller waits at most, a whole number; required.</summary>
    public const string TimeoutHeader = "x-timeout-ms";

    /// <summary><c>x,y,w,h</c> in fractions of the picture; optional.</summary>
    public const string CropHeader = "x-crop";

    /// <summary>W3C trace context; optional.</summary>
    public const string TraceParentHeader = "traceparent";

    /// <summary>
    /// The broker's own reply address of a channel: no queue is declared, so none is left over and none need be declared again.
    /// </summary>
    public const string ReplyTo = "amq.rabbitmq.reply-to";

    public const string ResponseType = "application/json";
    public const string ProblemType = "application/problem+json";

    /// <summary>Nobody may ask for more time than this.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Requests that wait in the queue at most; those in work at the replicas do not count. One more is refused, and web says "busy".
    /// </summary>
    public const int MaximumWaiting = 128;

    /// <summary>Bytes that wait in the queue at most.</summary>
    private const long MaximumWaitingBytes = 256_000_000;

    /// <summary>
    /// After this long without an extractor the broker removes the queue: longer than extractors need to come back, and nothing of a model
    /// that is gone stays. What lies in it has expired by then.
    /// </summary>
    private static readonly TimeSpan UnusedFor = TimeSpan.FromMinutes(1);

    /// <summary>Arguments of the queue. Constants, so that every replica declares the same: the broker refuses others.</summary>
    public static Dictionary<string, object?> QueueArguments => new()
    {
        ["x-queue-type"] = "classic",
        ["x-max-length"] = MaximumWaiting,
        ["x-max-length-bytes"] = MaximumWaitingBytes,
        ["x-overflow"] = "reject-publish",
        ["x-expires"] = (int)UnusedFor.TotalMilliseconds,
    };

    /// <summary>Queue of the model's queries. Durable; the messages in it are not: a query does not outlive the broker.</summary>
    public static string Queue(string model) => $"embed.{model}";
}
