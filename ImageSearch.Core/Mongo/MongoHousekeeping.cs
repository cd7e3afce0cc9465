using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Makes the collections and indexes at the start, and now and then again; compares the clocks; finishes what killed processes have begun.
/// While the server is away the service starts and stays up all the same: one error says what is wrong, and one line when it is over.
/// </summary>
internal sealed class MongoHousekeeping(
    MongoConnection mongo, MongoSchema schema, MongoImageStore store, IOptions<MongoOptions> options, TimeProvider clock, ILogger<MongoHousekeeping> logger) : BackgroundService
{
    /// <summary>How much of what was left undone one round finishes.</summary>
    private const int MaximumFinished = 500;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    /// <summary>Long enough for a server that is there; what else starts goes by its clock.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(5);

    private string? _problem = "";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        try
        {
            await RunAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It goes on in the background, or the service is told to stop while it starts: that is no error.
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_problem is null ? options.Value.HousekeepingInterval : RetryInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                await RunAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mongo.AskAsync(cancellationToken).ConfigureAwait(false);
            await schema.RepairAsync(cancellationToken).ConfigureAwait(false);
            if (_problem is not null)
            {
                await schema.DropWorkAsync(cancellationToken).ConfigureAwait(false);
                MongoLog.Ready(logger, mongo.Address);
                _problem = null;
            }

            if (await store.FinishAsync(MaximumFinished, cancellationToken).ConfigureAwait(false) is > 0 and var finished)
            {
                MongoLog.Finished(logger, finished);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (_problem != e.Message)
            {
                MongoLog.NotReady(logger, e.Message);
                _problem = e.Message;
            }
        }
    }
}
