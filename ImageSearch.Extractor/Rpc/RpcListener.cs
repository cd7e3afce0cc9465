using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Rpc;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Rpc;

/// <summary>Sees to it that queries over RabbitMQ are taken while the model is loaded, where it is declared so.</summary>
/// <param name="broker">
/// None without the servers backend; the options' validation has refused <see cref="QueryTransport.Rpc"/> then.
/// </param>
internal sealed class RpcListener(
    RpcResponder responder,
    LoadedModel host,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    ILogger<RpcListener> logger,
    RabbitMqConnection? broker = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (broker is null || model.Value.QueryTransport != QueryTransport.Rpc)
        {
            return;
        }

        try
        {
            // Until then other replicas take the queries.
            await host.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        var queue = EmbedRpc.Queue(model.Value.Name);
        await RabbitMqReconnect.RunAsync(
            (opened, stopping) => ListenAsync(broker, queue, opened, stopping),
            (first, reason) => Log.RpcInterrupted(logger, first ? LogLevel.Warning : LogLevel.Debug, queue, reason),
            stoppingToken);
    }

    /// <returns>Why it has ended. What was in work is finished or has gone back then.</returns>
    private async Task<string> ListenAsync(RabbitMqConnection broker, string queue, Action opened, CancellationToken stoppingToken)
    {
        await using var consumer = await RpcConsumer.OpenAsync(
            broker, queue, (ushort)options.Value.MaximumQueries, responder, logger, stoppingToken);
        Log.RpcListening(logger, queue);
        opened();
        return await consumer.Closed.WaitAsync(stoppingToken);
    }
}
