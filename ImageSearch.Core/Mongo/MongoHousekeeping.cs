using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Makes the replica set, the collections and the indexes at the start, where they are missing, and looks after them; compares the clocks.
/// While the server is away the service starts and stays up: one error says what is wrong, and one line when it is over.
/// </summary>
internal sealed class MongoHousekeeping(
    MongoConnection mongo, MongoReplicaSet members, MongoSchema schema, IOptions<MongoOptions> options, TimeProvider clock,
    ILogger<MongoHousekeeping> logger) : BackgroundService
{
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
            await RunAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // It goes on in the background, or the service is told to stop while it starts: that is no error.
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_problem is null ? options.Value.HousekeepingInterval : RetryInterval, clock, stoppingToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
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
            if (_problem is not null)
            {
                await members.EnsureAsync(cancellationToken);
            }

            await mongo.AskAsync(cancellationToken);
            await schema.RepairAsync(cancellationToken);
            if (_problem is not null)
            {
                await schema.DropWorkAsync(cancellationToken);
                MongoLog.Ready(logger, mongo.Address);
                _problem = null;
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
