using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Names and declarations, the same for publishers and consumers, repeated after every connection: whoever comes first makes them.
/// <code>
/// images (fan-out) ------> extract.&lt;model&gt; -- rejected, delivered too often --> images.dead (direct) --model--> extract.&lt;model&gt;.dead
/// (default exchange) ------^                                                        ^-- dead letters of the extractor
/// </code>
/// </summary>
internal sealed class RabbitMqTopology(IOptions<RabbitMqOptions> options, ILogger<RabbitMqTopology> logger)
{
    private string Prefix => options.Value.Prefix;

    /// <summary>Copies a message to the queue of every model.</summary>
    public string FanOut => Prefix + "images";

    public string DeadLetters => Prefix + "images.dead";

    public string QueueOf(string model) => $"{Prefix}extract.{model}";

    public string DeadQueueOf(string model) => $"{Prefix}extract.{model}.dead";

    public async Task DeclareAsync(IConnection connection, IEnumerable<string> models, CancellationToken cancellationToken)
    {
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            await channel.ExchangeDeclareAsync(FanOut, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(DeadLetters, ExchangeType.Direct, durable: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        foreach (var model in models)
        {
            // The dead letters' first: a message that is dead-lettered before there is a queue for it is gone.
            await DeclareAsync(connection, DeadQueueOf(model), DeadLetters, model, DeadQueueArguments(), cancellationToken).ConfigureAwait(false);
            await DeclareAsync(connection, QueueOf(model), FanOut, "", QueueArguments(model), cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(IConnection connection, string model, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.QueueDeleteAsync(QueueOf(model), cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.QueueDeleteAsync(DeadQueueOf(model), cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task DeclareAsync(
        IConnection connection, string queue, string exchange, string key, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
            await channel.QueueBindAsync(queue, exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            // Declared with other options, now or by an operator: what is in it is worth more than the difference.
            Log.OtherArguments(logger, queue, e.ShutdownReason.ReplyText);
            await using var another = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await another.QueueBindAsync(queue, exchange, key, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private Dictionary<string, object?> QueueArguments(string model) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = options.Value.DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetters,
        ["x-dead-letter-routing-key"] = model,
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
