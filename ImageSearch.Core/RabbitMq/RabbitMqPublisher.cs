using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Publishes with confirms, many in flight, on a connection of its own. What the broker did not confirm is the caller's to look after: it
/// may have arrived nevertheless.
/// </summary>
internal sealed class RabbitMqPublisher : IAsyncDisposable
{
    /// <summary>Messages in flight per call.</summary>
    private const int Window = 256;

    private readonly RabbitMqTopology _topology;
    private readonly RabbitMqQueueTelemetry _telemetry;
    private readonly RabbitMqChannelKeeper _keeper;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly HashSet<string> _declared = [];
    private volatile TaskCompletionSource _room = Done();

    public RabbitMqPublisher(
        RabbitMqConnection broker, RabbitMqTopology topology, RabbitMqQueueTelemetry telemetry, ILogger<RabbitMqPublisher> logger)
    {
        (_topology, _telemetry) = (topology, telemetry);
        // No rate limiter: the window is the limit.
        var channel = new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        _keeper = new RabbitMqChannelKeeper(broker, "publish", channel, PrepareAsync, telemetry, logger);
    }

    /// <summary>Publishes to queues and exchanges of these models, within the deadline.</summary>
    /// <returns>Whether the broker has all of them for sure.</returns>
    public async Task<bool> PublishAsync(
        IReadOnlyCollection<string> models, IReadOnlyList<RabbitMqOutgoing> messages, TimeSpan deadline,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var confirmed = 0;
        if (await _keeper.GetAsync(deadline, cancellationToken) is { } session)
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timer.CancelAfter(deadline);
            try
            {
                // A broker that is short of memory or disk: nothing more is sent to it until it has room.
                await _room.Task.WaitAsync(timer.Token);
                // Twice when a queue has been deleted: it is declared again.
                for (var round = 0; round < 2 && confirmed < messages.Count; round++)
                {
                    confirmed = 0;
                    await DeclareAsync(session, models, timer.Token);
                    for (var first = 0; first < messages.Count; first += Window)
                    {
                        confirmed += await PublishAsync(session, messages, first, timer.Token);
                    }
                }

                _telemetry.Confirmed(Stopwatch.GetElapsedTime(started));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || RabbitMqSession.IsLoss(e)))
            {
                // A broker that blocks confirms when it has room again. One that is silent otherwise is no longer there.
                if (_room.Task.IsCompleted)
                {
                    _keeper.GiveUp(session);
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        _telemetry.Published("confirmed", confirmed);
        _telemetry.Published("unconfirmed", messages.Count - confirmed);
        return confirmed == messages.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        _sending.Dispose();
    }

    /// <returns>How many of the window are confirmed.</returns>
    private async Task<int> PublishAsync(
        RabbitMqSession session, IReadOnlyList<RabbitMqOutgoing> messages, int first, CancellationToken cancellationToken)
    {
        var count = Math.Min(Window, messages.Count - first);
        var confirmations = new Task<bool>[count];
        // The channel sends in the order in which it is asked, one caller after the other; the confirms are waited for together.
        await _sending.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < count; i++)
            {
                confirmations[i] = PublishAsync(session.Channel, messages[first + i], cancellationToken);
            }
        }
        finally
        {
            _sending.Release();
        }

        return (await Task.WhenAll(confirmations)).Count(confirmed => confirmed);
    }

    private async Task<bool> PublishAsync(IChannel channel, RabbitMqOutgoing message, CancellationToken cancellationToken)
    {
        try
        {
            await channel.BasicPublishAsync(
                message.Exchange, message.RoutingKey, mandatory: true, message.Properties, message.Body, cancellationToken);
            return true;
        }
        catch (PublishException e)
        {
            if (e.IsReturn)
            {
                // Somebody deleted the queue.
                Forget();
            }

            return false;
        }
    }

    private async Task DeclareAsync(RabbitMqSession session, IReadOnlyCollection<string> models, CancellationToken cancellationToken)
    {
        List<string> missing;
        lock (_declared)
        {
            missing = [.. models.Where(model => !_declared.Contains(model))];
        }

        if (missing.Count > 0)
        {
            await _topology.DeclareAsync(session.Connection, missing, cancellationToken);
            lock (_declared)
            {
                _declared.UnionWith(missing);
            }
        }
    }

    private Task PrepareAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        _room = Done();
        session.Connection.ConnectionBlockedAsync += (_, _) =>
        {
            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return Task.CompletedTask;
        };
        session.Connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _room.TrySetResult();
            return Task.CompletedTask;
        };
        _ = session.Ended.ContinueWith(_ => _room.TrySetResult(), TaskScheduler.Default);

        // Whatever the broker forgot while it was away is made again.
        List<string> models;
        lock (_declared)
        {
            models = [.. _declared];
        }

        return _topology.DeclareAsync(session.Connection, models, cancellationToken);
    }

    private void Forget()
    {
        lock (_declared)
        {
            _declared.Clear();
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
