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

    /// <summary>The open channel; null while there is none, or while the broker takes no messages.</summary>
    public RpcChannel? Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (broker is null || models.Value.All(model => model.QueryTransport != QueryTransport.Rpc))
        {
            return;
        }

        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                await using var channel = await RpcChannel.OpenAsync(broker, stoppingToken);
                _current = channel;
                Log.RpcReady(logger);
                pause = FirstPause;
                reason = await channel.Closed.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                reason = e.Message;
            }
            finally
            {
                _current = null;
            }

            Log.RpcInterrupted(logger, pause.TotalSeconds, reason);
            await Task.Delay(pause, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
