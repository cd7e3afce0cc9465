using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// The connection of this process to the broker, opened when it is first needed, and again by itself when it breaks. While the broker is
/// away, attempts are spaced: who asks in between gets the last one's error at once.
/// </summary>
public sealed class RabbitMqConnection : IAsyncDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<IConnection, string?> _open = new(ReferenceEqualityComparer.Instance);
    private readonly SemaphoreSlim _opening = new(1);
    private readonly string _clientName;
    private readonly RabbitMqOptions _options;
    private readonly ILogger _logger;
    private readonly ConnectionFactory _factory;
    private IConnection? _shared;
    private Failure? _failure;
    private volatile bool _closing;

    /// <exception cref="InvalidOperationException">The connection string is no AMQP URI.</exception>
    public RabbitMqConnection(
        string connectionString, string clientName, IOptions<RabbitMqOptions>? options = null, ILogger<RabbitMqConnection>? logger = null)
        : this(new ConnectionFactory { Uri = RabbitMqUri.Parse(connectionString) }, clientName, options, logger)
    {
    }

    /// <param name="factory">Says where the broker is; timeouts and recovery are set here.</param>
    public RabbitMqConnection(
        ConnectionFactory factory, string clientName, IOptions<RabbitMqOptions>? options = null, ILogger<RabbitMqConnection>? logger = null)
    {
        _clientName = clientName;
        _options = options?.Value ?? new RabbitMqOptions();
        _logger = logger ?? NullLogger<RabbitMqConnection>.Instance;
        _factory = factory;
        _factory.RequestedConnectionTimeout = _options.ConnectTimeout;
        _factory.HandshakeContinuationTimeout = _options.ConnectTimeout * 2;
        _factory.ContinuationTimeout = _options.ConnectTimeout * 2;
        _factory.RequestedHeartbeat = _options.Heartbeat;
        _factory.NetworkRecoveryInterval = TimeSpan.FromSeconds(1);
    }

    /// <summary>Where the broker is, without user and password.</summary>
    public string Address => $"{_factory.HostName}:{_factory.Port}";

    /// <summary>Whether a connection is open.</summary>
    public bool IsOpen => _open.Keys.Any(connection => connection.IsOpen);

    /// <summary>Why the broker takes no messages at the moment; null when it does.</summary>
    public string? BlockedReason => _open.Values.FirstOrDefault(reason => reason is not null);

    /// <returns>
    /// The connection that all share. One that recovers, with its channels and consumers, is returned as it is: its operations fail until
    /// it has.
    /// </returns>
    /// <exception cref="RabbitMqUnavailableException">The broker does not answer, or refuses the user.</exception>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (_shared is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _shared ??= await ConnectAsync(_clientName, recovers: true, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Opens a connection that is the caller's own and does not recover: for who declares and consumes anew after a loss anyway, and must
    /// know about it. A broker that is short of memory stops reading from connections that publish, so publishing and acknowledging go
    /// apart.
    /// </summary>
    /// <exception cref="RabbitMqUnavailableException">The broker does not answer, or refuses the user.</exception>
    public async Task<IConnection> OpenAsync(string purpose, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await ConnectAsync($"{_clientName} ({purpose})", recovers: false, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes a connection within a deadline; a broken one too.</summary>
    public static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(
                Constants.ReplySuccess, "Goodbye", CloseDeadline, abort: true, CancellationToken.None).WaitAsync(CloseDeadline * 2);
            await connection.DisposeAsync().AsTask().WaitAsync(CloseDeadline);
        }
        catch (Exception e) when (e is TimeoutException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The broker does not answer, and notices by itself that this process is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_closing)
        {
            _closing = true;
            await Task.WhenAll(_open.Keys.Select(CloseAsync));
            _opening.Dispose();
        }
    }

    private async Task<IConnection> ConnectAsync(string name, bool recovers, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing, this);
        if (_failure is { } failure && Environment.TickCount64 < failure.RetryAt)
        {
            throw new RabbitMqUnavailableException(failure.Error.Message, failure.Error.InnerException);
        }

        try
        {
            var connection = await CreateAsync(name, recovers, cancellationToken);
            if (_failure is not null)
            {
                _failure = null;
                Log.Connected(_logger, Address);
            }

            Watch(connection, recovers);
            return connection;
        }
        catch (Exception e) when (e is not ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(RabbitMqConnectionError.Describe(_factory, e));
        }
    }

    private async Task<IConnection> CreateAsync(string name, bool recovers, CancellationToken cancellationToken)
    {
        _factory.AutomaticRecoveryEnabled = recovers;
        _factory.TopologyRecoveryEnabled = recovers;
        // The client's own timeouts do not end every wait for a peer that accepts and is silent.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.ConnectTimeout);
        var connecting = OpenAndProveAsync(name, deadline.Token);
        try
        {
            return await connecting.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(
                late => CloseAsync(late.Result),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>The client does not wait for the answer to "open this virtual host": only what comes next shows a refusal.</summary>
    private async Task<IConnection> OpenAndProveAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await _factory.CreateConnectionAsync(name, cancellationToken);
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return connection;
        }
        catch
        {
            await CloseAsync(connection);
            throw;
        }
    }

    private RabbitMqUnavailableException Failed(RabbitMqUnavailableException error)
    {
        var backOff = _failure is { } last ? last.BackOff * 2 : FirstBackOff;
        backOff = backOff < _options.MaximumBackOff ? backOff : _options.MaximumBackOff;
        if (_failure?.Error.Message != error.Message)
        {
            // Once per cause: services wait for their broker for hours.
            Log.NotConnected(_logger, error.Message);
        }

        _failure = new Failure(error, backOff, Environment.TickCount64 + (long)backOff.TotalMilliseconds);
        return error;
    }

    private void Watch(IConnection connection, bool recovers)
    {
        _open[connection] = null;
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            _open.TryUpdate(connection, blocked.Reason, null);
            Log.Blocked(_logger, Address, blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _open[connection] = null;
            Log.Unblocked(_logger, Address);
            return Task.CompletedTask;
        };
        connection.RecoverySucceededAsync += (_, _) =>
        {
            Log.Connected(_logger, Address);
            return Task.CompletedTask;
        };
        connection.ConnectionShutdownAsync += (sender, shutdown) =>
        {
            if (shutdown.Initiator != ShutdownInitiator.Application)
            {
                Log.ConnectionLost(_logger, Address, shutdown.ReplyText);
            }

            if (recovers && !_closing)
            {
                _open[connection] = null;
            }
            else
            {
                _open.TryRemove(connection, out _);
            }

            return Task.CompletedTask;
        };
    }

    private sealed record Failure(RabbitMqUnavailableException Error, TimeSpan BackOff, long RetryAt);
}
