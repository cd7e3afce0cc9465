using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Following;

/// <summary>
/// Keeps the index equal to the store: reads the change feed from its beginning page by page, then looks for more every
/// <see cref="IndexOptions.PollInterval"/>. While the store cannot be reached the index goes on answering from memory.
/// </summary>
internal sealed class StoreFollower(
    IImageStore store, IndexState state, IndexTelemetry telemetry, IOptions<IndexOptions> options, TimeProvider clock, ILogger<StoreFollower> logger) : BackgroundService
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cursor = default(ChangeCursor);
        var backOff = options.Value.PollInterval;
        var started = Stopwatch.GetTimestamp();

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var page = await store.ReadChangesAsync(options.Value.Key, options.Value.ShardKey, cursor, options.Value.PageSize, stoppingToken);
                Apply(page);
                cursor = page.Next;
                backOff = options.Value.PollInterval;
                if (!page.CaughtUp)
                {
                    continue;
                }

                if (!state.Ready)
                {
                    Log.Loaded(logger, options.Value.Model, options.Value.Shard, options.Value.Shards, state.Index.Count, Stopwatch.GetElapsedTime(started));
                }

                state.CaughtUp(page.ReadAt);
                await Task.Delay(options.Value.PollInterval, clock, stoppingToken);
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

    private void Apply(ChangePage page)
    {
        if (page.Changes.Count == 0)
        {
            return;
        }

        var outcome = state.Index.Apply(page.Changes);
        telemetry.Applied(page.Changes.Count);
        Log.Applied(logger, page.Changes.Count, state.Index.Count);
        if (outcome.Misshapen > 0)
        {
            Log.Misshapen(logger, outcome.Misshapen, options.Value.Dimension);
        }
    }
}
