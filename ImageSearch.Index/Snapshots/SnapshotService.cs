using ImageSearch.Index.Following;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Snapshots;

/// <summary>Saves a changed index every <see cref="IndexOptions.SnapshotInterval"/>, and when the server is stopped.</summary>
internal sealed class SnapshotService(
    IndexWriter writer, SnapshotKeeper keeper, IOptions<IndexOptions> options, TimeProvider clock) : BackgroundService
{
    /// <summary>Shorter than what a host is given to stop: without the snapshot nothing is lost but time.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private long _saved;
    private Task? _farewell;

    /// <summary>
    /// After the follower: registered before it, so that nothing changes any more. Whoever calls again waits for the same.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Task farewell;
        lock (_gate)
        {
            farewell = _farewell ??= SaveForTheLastTimeAsync(cancellationToken);
        }

        await farewell;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!keeper.IsEnabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.SnapshotInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Save(final: false, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // a last one follows
        }
    }

    private async Task SaveForTheLastTimeAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LongestFarewell);
        try
        {
            await Task.Run(() => Save(final: true, deadline.Token), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // the next start reads more of the feed
        }
    }

    private void Save(bool final, CancellationToken cancellationToken)
    {
        var view = writer.View();
        if (keeper.IsEnabled && view.Changes != _saved && keeper.Save(view, final, cancellationToken))
        {
            _saved = view.Changes;
        }
    }
}
