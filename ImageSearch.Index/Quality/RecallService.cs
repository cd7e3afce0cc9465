using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Quality;

/// <summary>
/// Replays sampled searches, one after the other, in one thread of low priority and within <see cref="IndexOptions.RecallBudget"/>.
/// </summary>
internal sealed class RecallService(
    RecallSampler sampler, Replay replay, IndexState state, IOptions<IndexOptions> options, ILogger<RecallService> logger)
    : BackgroundService
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>A replay takes one processor of the machine's; after it, it pauses for as long as makes that its share.</summary>
    public static TimeSpan PauseAfter(TimeSpan took, double budget, int processors) =>
        took * Math.Max(0, (1 / (budget * processors)) - 1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.RecallSample == 0 ? Task.CompletedTask : LowPriority.RunAsync("recall", () => Run(stoppingToken));

    private void Run(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var sample = sampler.Take(stoppingToken);
                var started = Stopwatch.GetTimestamp();
                if (sample.Index == state.Index)
                {
                    replay.Run(sample, stoppingToken);
                }

                sample.Clear();
                stoppingToken.WaitHandle.WaitOne(
                    PauseAfter(Stopwatch.GetElapsedTime(started), options.Value.RecallBudget, Environment.ProcessorCount));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Of no concern to searches: they are answered without it.
                Log.ReplayFailed(logger, e);
                stoppingToken.WaitHandle.WaitOne(PauseAfterFailure);
            }
        }
    }
}
