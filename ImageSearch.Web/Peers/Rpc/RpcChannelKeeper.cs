using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>Keeps a channel to the broker open where a model's queries go over it, and opens another when it breaks.</summary>
/// <param name="broker">None without the servers backend; the routes' validation has refused <see cref="QueryTransport.Rpc"/> then.</param>
internal sealed class RpcChannelKeeper(
    IOptions<ModelRoutes> models, ILogger<RpcChannelKeeper> logger, RabbitMqConnection? broker = null) : BackgroundService
{
    private volatile RpcChannel? _current;

    /// <summary>The open channel; null while there is none.</summary>
    public RpcChannel? Current => _current;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        broker is null || models.Value.All(model => model.QueryTransport != QueryTransport.Rpc)
            ? Task.CompletedTask
            : RabbitMqReconnect.RunAsync(
                (opened, stopping) => KeepAsync(broker, opened, stopping),
                (first, reason) => Log.RpcInterrupted(logger, first ? LogLevel.Warning : LogLevel.Debug, reason),
                stoppingToken);

    /// <returns>Why it has closed.</returns>
    private async Task<string> KeepAsync(RabbitMqConnection broker, Action opened, CancellationToken stoppingToken)
    {
        await using var channel = await RpcChannel.OpenAsync(broker, stoppingToken);
        try
        {
            _current = channel;
            Log.RpcReady(logger);
            opened();
            return await channel.Closed.WaitAsync(stoppingToken);
        }
        finally
        {
            _current = null;
        }
    }
}
