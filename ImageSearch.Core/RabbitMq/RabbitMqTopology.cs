using ImageSearch.Core.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Names and declarations, the same for publishers and consumers, repeated after every connection: whoever comes first makes them.
/// <code>
/// images (fan-out) --> extract.&lt;model&gt; -- its worker died --> extract.&lt;model&gt;.again -- delivered too often --> images.dead
/// (direct)
///                                                              ^-- time is up -- extract.&lt;model&gt;.after.&lt;time&gt;        v
///                      dead letters of the extractor -----------------------------------> images.dead --> extract.&lt;model&gt;.dead
/// </code>
/// </summary>
internal sealed class RabbitMqTopology(
    IOptions<RabbitMqOptions> options, IOptions<WorkQueueOptions> queueOptions, ILogger<RabbitMqTopology> logger)
{
    private string Prefix => options.Value.Prefix;

    /// <summary>Copies a message to the queue of every model.</summary>
    public string FanOut => Prefix + "images";

    public string DeadLetters => Prefix + "images.dead";

    public string QueueOf(string model) => $"{Prefix}extract.{model}";

    /// <summary>Work that an earlier attempt did not finish: taken one at a time, so that only a begun attempt counts.</summary>
    public string AgainQueueOf(string model) => $"{QueueOf(model)}.again";

    /// <summary>Retries wait here. One queue per delay: messages expire at the head of a queue only.</summary>
    public string DelayQueueOf(string model, TimeSpan delay) => $"{QueueOf(model)}.after.{(long)delay.TotalMilliseconds}ms";

    public string DeadQueueOf(string model) => $"{QueueOf(model)}.dead";

    /// <summary>The queues of work that waits.</summary>
    public IEnumerable<string> WaitingQueuesOf(string model) =>
        [QueueOf(model), AgainQueueOf(model), .. queueOptions.Value.Delays.Select(delay => DelayQueueOf(model, delay))];

    public async Task DeclareAsync(IConnection connection, IEnumerable<string> models, CancellationToken cancellationToken)
    {
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken))
        {
            await channel.ExchangeDeclareAsync(FanOut, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(DeadLetters, ExchangeType.Direct, durable: true, cancellationToken: cancellationToken);
        }

        foreach (var model in models)
        {
            // In the order against the flow: a message that is dead-lettered before there is a queue for it is gone.
            await DeclareAsync(connection, DeadQueueOf(model), DeadQueueArguments(), DeadLetters, model, cancellationToken);
            var again = AgainQueueOf(model);
            await DeclareAsync(connection, again, Quorum(options.Value.DeliveryLimit, DeadLetters, model), null, "", cancellationToken);
            foreach (var delay in queueOptions.Value.Delays)
            {
                var arguments = Quorum(options.Value.DeliveryLimit, "", again);
                arguments["x-message-ttl"] = (long)delay.TotalMilliseconds;
                await DeclareAsync(connection, DelayQueueOf(model, delay), arguments, null, "", cancellationToken);
            }

            await DeclareAsync(connection, QueueOf(model), Quorum(0, "", again), FanOut, "", cancellationToken);
        }
    }

    public async Task RemoveAsync(IConnection connection, string model, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in WaitingQueuesOf(model).Append(DeadQueueOf(model)))
        {
            await channel.QueueDeleteAsync(queue, cancellationToken: cancellationToken);
        }
    }

    private async Task DeclareAsync(
        IConnection connection, string queue, Dictionary<string, object?> arguments, string? exchange, string key,
        CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            if (exchange is not null)
            {
                await channel.QueueBindAsync(queue, exchange, key, cancellationToken: cancellationToken);
            }
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            // Declared with other options, now or by an operator: what is in it is worth more than the difference.
            Log.OtherArguments(logger, queue, e.ShutdownReason.ReplyText);
            if (exchange is not null)
            {
                await using var another = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await another.QueueBindAsync(queue, exchange, key, cancellationToken: cancellationToken);
            }
        }
    }

    private static Dictionary<string, object?> Quorum(int deliveryLimit, string deadLetterExchange, string deadLetterKey) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = deliveryLimit,
        ["x-dead-letter-exchange"] = deadLetterExchange,
        ["x-dead-letter-routing-key"] = deadLetterKey,
    };

    private Dictionary<string, object?> DeadQueueArguments() => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length"] = options.Value.DeadLetterLimit,
        ["x-overflow"] = "drop-head",
        // Brokers from 4.0 on have a limit of 20 where none is named, and looking through the queue counts.
        ["x-delivery-limit"] = 1_000_000,
    };
}
