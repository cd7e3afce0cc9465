using System.Diagnostics;
using ImageSearch.Core.Queue;

namespace ImageSearch.Core.RabbitMq;

internal sealed partial class RabbitMqWorkQueue
{
    /// <summary>How often the ledger is asked for what needs no message.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>The same while the broker is away.</summary>
    private static readonly TimeSpan LookIntervalWithoutBroker = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to wait for messages on their way to whoever does not wait for new ones: he wants what is there.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long to fill up a batch with messages on their way.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan GraceStep = TimeSpan.FromMilliseconds(25);

    public async Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(string model, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var consumer = ConsumerOf(model);
        var started = Stopwatch.GetTimestamp();
        var deliveries = new List<WorkDelivery>();
        long? first = null;
        while (true)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TakeDueAsync(consumer, model, max, deliveries, cancellationToken).ConfigureAwait(false);
                await TakeMessagesAsync(consumer, model, max, deliveries, cancellationToken).ConfigureAwait(false);
            }
            catch when (deliveries.Count > 0)
            {
                // What is leased already is the caller's, who gives it back when he stops; a failure of the ledger shows again at the next call.
                return deliveries;
            }

            if (deliveries.Count == max)
            {
                return deliveries;
            }

            first ??= deliveries.Count > 0 ? Stopwatch.GetTimestamp() : null;
            var left = wait - Stopwatch.GetElapsedTime(started);
            if (first is null && left > TimeSpan.Zero)
            {
                var look = consumer.IsDown ? LookIntervalWithoutBroker : LookInterval;
                await consumer.Buffer.WaitAsync(left < look ? left : look, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var grace = wait > TimeSpan.Zero && first is not null ? Linger - Stopwatch.GetElapsedTime(first.Value) : Grace - Stopwatch.GetElapsedTime(started);
            if (grace <= TimeSpan.Zero || !await IsMoreAsync(model, deliveries, cancellationToken).ConfigureAwait(false))
            {
                return deliveries;
            }

            consumer.LookAt = DateTimeOffset.MinValue;
            await consumer.Buffer.WaitAsync(grace < GraceStep ? grace : GraceStep, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsMoreAsync(string model, List<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.AnyAsync(model, cancellationToken).ConfigureAwait(false);
        }
        catch when (deliveries.Count > 0)
        {
            return false;
        }
    }

    /// <summary>What needs no message: returned, retried and due, of dead workers, offered; and what no message comes for.</summary>
    private async Task TakeDueAsync(RabbitMqConsumer consumer, string model, int max, List<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < consumer.LookAt)
        {
            return;
        }

        var lease = queueOptions.Value.Lease;
        consumer.LookAt = now + (consumer.IsDown ? LookIntervalWithoutBroker : LookInterval);
        await consumer.LetGoOfEndedAsync(now).ConfigureAwait(false);
        Add("due", await LeaseAsync(ledger.LeaseDueAsync(model, max - deliveries.Count, lease, CancellationToken.None), cancellationToken).ConfigureAwait(false));

        var isDown = consumer.IsDown;
        if (deliveries.Count < max && (isDown || consumer.Idle >= options.Value.IdleTakeover))
        {
            var age = isDown ? TimeSpan.Zero : options.Value.IdleTakeover;
            var waiting = await LeaseAsync(ledger.LeaseWaitingAsync(model, max - deliveries.Count, age, lease, CancellationToken.None), cancellationToken).ConfigureAwait(false);
            if (waiting.Count == 0)
            {
                consumer.IdleAgain();
            }

            Add("waiting", waiting);
        }

        if (deliveries.Count == max)
        {
            // There may be more.
            consumer.LookAt = now;
        }

        void Add(string way, IReadOnlyList<WorkDelivery> taken)
        {
            telemetry.Taken(model, way, taken.Count);
            deliveries.AddRange(taken);
        }
    }

    private async Task TakeMessagesAsync(RabbitMqConsumer consumer, string model, int max, List<WorkDelivery> deliveries, CancellationToken cancellationToken)
    {
        while (deliveries.Count < max && consumer.Buffer.Take(max - deliveries.Count) is { Count: > 0 } messages)
        {
            IReadOnlyList<WorkDelivery> leased;
            try
            {
                var leasing = ledger.LeaseAsync(model, [.. messages.Select(message => message.Id)], queueOptions.Value.Lease, CancellationToken.None);
                leased = await LeaseAsync(leasing, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                consumer.Buffer.PutBack(messages);
                throw;
            }

            await consumer.HoldAsync(messages, leased, clock.GetUtcNow() + queueOptions.Value.Lease).ConfigureAwait(false);
            telemetry.Taken(model, "message", leased.Count);
            deliveries.AddRange(leased);
        }
    }

    /// <summary>Who is cancelled does not wait for the ledger; what it leases nevertheless goes back, and does not count as an attempt.</summary>
    private async Task<IReadOnlyList<WorkDelivery>> LeaseAsync(Task<IReadOnlyList<WorkDelivery>> leasing, CancellationToken cancellationToken)
    {
        try
        {
            return await leasing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_lock)
            {
                _givingBack = Task.WhenAll(_givingBack, GiveBackAsync());
            }

            throw;
        }

        async Task GiveBackAsync()
        {
            try
            {
                await ReturnAsync(await leasing.ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Their leases end.
                Log.NotGivenBack(logger, e);
            }
        }
    }
}
