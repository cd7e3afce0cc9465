using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Rpc;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Rpc;

/// <summary>Sees to it that queries over RabbitMQ are taken while the model is loaded, where it is declared so.</summary>
/// <param name="broker">None without the servers backend; the options' validation has refused <see cref="QueryTransport.Rpc"/> then.</param>
internal sealed class RpcListener(
    RpcResponder responder,
    ModelHost host,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    ILogger<RpcListener> logger,
    RabbitMqConnection? broker = null) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (broker is null || model.Value.QueryTransport != QueryTransport.Rpc)
        {
            return;
        }

        try
        {
            // Until then other replicas take the queries.
            await host.WaitAsync(stoppingToken).ConfigureAwait(false);
            await ListenAsync(broker, EmbedRpc.Queue(model.Value.Name), stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping: what was in work is finished or has gone back
        }
    }

    private async Task ListenAsync(RabbitMqConnection broker, string queue, CancellationToken stoppingToken)
    {
        var (pause, known) = (FirstPause, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                await using var consumer = await RpcConsumer.OpenAsync(
                    broker, queue, (ushort)options.Value.MaximumQueries, responder, logger, stoppingToken).ConfigureAwait(false);
                Log.RpcListening(logger, queue);
                (pause, known) = (FirstPause, false);
                reason = await consumer.Closed.WaitAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                reason = e.Message;
            }

            // Once per interruption: a broker may be away for hours.
            Log.RpcInterrupted(logger, known ? LogLevel.Debug : LogLevel.Warning, queue, reason);
            known = true;
            await Task.Delay(pause, stoppingToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
