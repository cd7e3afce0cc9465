using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>The connection of this process to the broker, opened when it is first needed, and again by itself when it breaks.</summary>
public sealed class RabbitMqConnection(string connectionString, string clientName) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private IConnection? _connection;

    /// <returns>The connection. One that recovers is returned as it is: its operations fail until it has.</returns>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">The broker does not answer, or refuses the user.</exception>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _connection ??= await new ConnectionFactory
            {
                Uri = new Uri(connectionString),
                ClientProvidedName = clientName,
                AutomaticRecoveryEnabled = true,
                TopologyRecoveryEnabled = true,
                NetworkRecoveryInterval = TimeSpan.FromSeconds(2),
            }.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
    }
}
