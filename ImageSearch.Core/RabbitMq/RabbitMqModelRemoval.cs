using ImageSearch.Core.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Removes the queues of models that the operator names in <c>RabbitMq:RemoveModels</c>, once, when the broker can be reached. For ingest
/// only: one service does it, and nothing else ever does.
/// </summary>
internal sealed class RabbitMqModelRemoval(
    RabbitMqConnection broker, RabbitMqTopology topology, IOptions<RabbitMqOptions> options, IOptions<ModelRoutes> models,
    ILogger<RabbitMqModelRemoval> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var model in options.Value.RemoveModels.Distinct())
        {
            if (models.Value.Named(model) is not null)
            {
                Log.NotRemoved(logger, model);
                continue;
            }

            await RemoveAsync(model, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RemoveAsync(string model, CancellationToken stopping)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var connection = await broker.OpenAsync($"remove {model}", stopping);
                try
                {
                    await topology.RemoveAsync(connection, model, stopping);
                }
                finally
                {
                    await RabbitMqConnection.CloseAsync(connection);
                }

                Log.Removed(logger, model);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Log.RemovalFailed(logger, model, pause.TotalSeconds, e.Message, e is RabbitMqUnavailableException ? null : e);
            }

            await Task.Delay(pause, stopping);
        }
    }
}
