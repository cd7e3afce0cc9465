using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Core.Store;
using ImageSearch.Index.Snapshots;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Following;

/// <summary>
/// Keeps the index equal to the store: begins with the snapshot, if there is one, and follows the change feed from there, page by page.
/// While the store cannot be reached the index goes on answering from memory.
/// </summary>
internal sealed class ChangeFeedReader(
    IImageStore store,
    IndexState state,
    IndexWriter writer,
    IndexFactory factory,
    SnapshotKeeper snapshots,
    SnapshotVerifier verifier,
    IndexTelemetry telemetry,
    IOptions<IndexOptions> options,
    TimeProvider clock,
    ILogger<ChangeFeedReader> logger) : BackgroundService
{
    /// <summary>A vector that is deleted while it is compared is gone from the index after the next page.</summary>
    private const int MostComparisons = 3;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly long _started = Stopwatch.GetTimestamp();
    private IReadOnlyCollection<ImageId> _toCompare = [];
    private int _comparisons;
    private bool _full;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backOff = FirstBackOff;
        try
        {
            LoadSnapshot(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var feed = store.FollowAsync(
                    options.Value.Key, options.Value.ShardKey, writer.Cursor, options.Value.PageSize, stoppingToken);
                await foreach (var page in feed)
                {
                    backOff = FirstBackOff;
                    if (!await TakeAsync(page, stoppingToken))
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever ails the store: the index answers from memory and asks again, more and more slowly.
                Log.StoreUnavailable(logger, backOff, e.Message, e is BackendUnavailableException ? null : e);
                await Task.Delay(backOff, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
        }
    }

    private void LoadSnapshot(CancellationToken cancellationToken)
    {
        if (snapshots.Load(cancellationToken) is var (index, header))
        {
            _toCompare = SnapshotVerifier.Sample(index.Current);
            writer.Start(index, header.Kind, new ChangeCursor(header.Position), serve: true);
        }
    }

    /// <returns>False when the feed is to be read from <see cref="IndexWriter.Cursor"/> again.</returns>
    private async Task<bool> TakeAsync(ChangePage page, CancellationToken cancellationToken)
    {
        if (page.Restart is { } reason)
        {
            StartOver(reason, page.Next);
            return true;
        }

        Apply(page);
        if (!page.CaughtUp)
        {
            return true;
        }

        switch (await AgreesAsync(cancellationToken))
        {
            case true:
                CaughtUp(page.ReadAt);
                break;
            case null:
                return false;
        }

        return !writer.TryReadRefusedAgain();
    }

    private void Apply(ChangePage page)
    {
        var outcome = writer.Apply(page);
        if (page.Changes.Count == 0)
        {
            return;
        }

        telemetry.Applied(page.Changes.Count);
        Log.Applied(logger, page.Changes.Count, writer.Index.Count);
        if (outcome.Misshapen > 0)
        {
            Log.Misshapen(logger, outcome.Misshapen, options.Value.Dimension);
        }
    }

    /// <summary>Whether a snapshot that was loaded is of this store; asked once, after it has caught up.</summary>
    /// <returns>Null when it is not, and the index begins anew; false when that is not certain yet.</returns>
    private async Task<bool?> AgreesAsync(CancellationToken cancellationToken)
    {
        if (_toCompare.Count == 0)
        {
            return true;
        }

        _toCompare = await verifier.FindStrangersAsync(_toCompare, cancellationToken);
        if (_toCompare.Count == 0)
        {
            return true;
        }

        if (++_comparisons == MostComparisons)
        {
            StartOver($"it does not have {_toCompare.Count} of the vectors that were looked up", default);
            return null;
        }

        return false;
    }

    /// <summary>An index of the store as it is; until that has caught up, the one that answered before goes on.</summary>
    private void StartOver(string reason, ChangeCursor from)
    {
        telemetry.Restarted();
        Log.StoreIsAnother(logger, reason);
        snapshots.Distrust();
        (_toCompare, _comparisons) = ([], 0);
        writer.Start(factory.Create(factory.ConfiguredKind), factory.ConfiguredKind, from, serve: !state.Ready);
    }

    private void CaughtUp(DateTimeOffset at)
    {
        writer.Serve();
        if (!state.Ready)
        {
            Log.Loaded(
                logger,
                options.Value.Model,
                options.Value.Shard,
                options.Value.Shards,
                state.Index.Count,
                Stopwatch.GetElapsedTime(_started));
        }

        var full = writer.HasRefused;
        state.CaughtUp(at, full);
        if (full != _full)
        {
            if (full)
            {
                Log.Full(logger, state.Index.Count, options.Value.MemoryLimitMiB);
            }
            else
            {
                Log.FullNoMore(logger, state.Index.Count);
            }
        }

        _full = full;
    }
}
