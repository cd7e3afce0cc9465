using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>Keeps a channel to the broker open where a model's queries go over it, and opens another when it breaks.</summary>
/// <param name="broker">None without the servers backend; the routes' validation has refused <see cref="QueryTransport.Rpc"/> then.</param>
internal sealed class RpcChannelKeeper(IOptions<ModelRoutes> models, ILogger<RpcChannelKeeper> logger, RabbitMqConnection? broker = null) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private volatile RpcChannel? _current;

    /// <summary>The open channel; null while there is none.</summary>
    public RpcChannel? Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (broker is null || models.Value.All(model => model.QueryTransport != QueryTransport.Rpc))
        {
            return;
        }

        try
        {
            await KeepAsync(broker, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task KeepAsync(RabbitMqConnection broker, CancellationToken stoppingToken)
    {
        var (pause, known) = (FirstPause, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                await using var channel = await RpcChannel.OpenAsync(broker, stoppingToken);
                _current = channel;
                Log.RpcReady(logger);
                (pause, known) = (FirstPause, false);
                reason = await channel.Closed.WaitAsync(stoppingToken);
                _current = null;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                reason = e.Message;
            }

            // Once per interruption: a broker may be away for hours.
            Log.RpcInterrupted(logger, known ? LogLevel.Debug : LogLevel.Warning, reason);
            known = true;
            await Task.Delay(pause, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
