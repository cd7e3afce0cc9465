using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Keeps a channel open on a connection of its own: opens it, has it prepared (declarations, consumer), waits until it ends, opens the
/// next, for as long as it lives. Whoever needs the channel learns at once when the broker is known to be away.
/// </summary>
internal sealed class RabbitMqChannelKeeper(
    RabbitMqConnection broker, string purpose, CreateChannelOptions options, Func<RabbitMqSession, CancellationToken, Task> prepare,
    RabbitMqQueueTelemetry telemetry, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PrepareDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<RabbitMqSession?> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RabbitMqSession? _session;
    private Task? _running;
    private volatile bool _isDown;

    /// <summary>Whether the last attempt to open failed.</summary>
    public bool IsDown => _isDown;

    /// <summary>Begins to keep the channel open; once.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
            {
                _running ??= Task.Run(() => RunAsync(_stop.Token));
            }
        }
    }

    /// <returns>The session; null when the broker is known to be away, or when none opens in time.</returns>
    public async Task<RabbitMqSession?> GetAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Start();
        Task<RabbitMqSession?> next;
        lock (_lock)
        {
            if (_session is { IsOpen: true } open)
            {
                return open;
            }

            next = _next.Task;
        }

        try
        {
            return _isDown || _stop.IsCancellationRequested ? null : await next.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>The broker is silent on this session: it is given up, and nobody waits for the next one to open.</summary>
    public void GiveUp(RabbitMqSession session)
    {
        lock (_lock)
        {
            _isDown |= _session == session;
        }

        session.End();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
        }

        if (_running is not null)
        {
            await Task.WhenAny(_running, Task.Delay(StopDeadline));
        }

        _next.TrySetResult(null);
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var pause = FirstPause;
        string? lastError = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await KeepOneAsync(() => (pause, lastError) = (FirstPause, null), stopping);
            }
            catch (RabbitMqUnavailableException)
            {
                // It is said once, where all connections are opened.
                Failed();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (e.Message != lastError)
                {
                    Log.NotPrepared(logger, purpose, e);
                    lastError = e.Message;
                }

                Failed();
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (_isDown)
            {
                await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task KeepOneAsync(Action succeeded, CancellationToken stopping)
    {
        var connection = await broker.OpenAsync(purpose, stopping);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            deadline.CancelAfter(PrepareDeadline);
            var channel = await connection.CreateChannelAsync(options, deadline.Token);
            var session = new RabbitMqSession(connection, channel);
            channel.ChannelShutdownAsync += (_, _) =>
            {
                session.End();
                return Task.CompletedTask;
            };
            await prepare(session, deadline.Token);
            telemetry.Connected(purpose);
            succeeded();
            Opened(session);
            await session.Ended.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            session.End();
            Closed();
        }
        finally
        {
            // Deliveries that were not acknowledged go back to the queue. A connection that is broken may take its time to close.
            var closing = RabbitMqConnection.CloseAsync(connection);
            if (stopping.IsCancellationRequested)
            {
                await closing;
            }
        }
    }

    private void Opened(RabbitMqSession session)
    {
        TaskCompletionSource<RabbitMqSession?> waiting;
        lock (_lock)
        {
            _session = session;
            _isDown = false;
            waiting = _next;
        }

        waiting.TrySetResult(session);
    }

    private void Closed()
    {
        lock (_lock)
        {
            _session = null;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Nobody waits for a broker that is away.</summary>
    private void Failed()
    {
        TaskCompletionSource<RabbitMqSession?> waiting;
        lock (_lock)
        {
            _isDown = true;
            waiting = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult(null);
    }
}
