namespace ImageSearch.Index.Quality;

/// <summary>Keeps <see cref="ScoreDistribution"/> up to date, in one thread of low priority.</summary>
internal sealed class ScoreService(ScoreDistribution scores, IndexState state, ILogger<ScoreService> logger) : BackgroundService
{
    /// <summary>Between two looks at whether the index has changed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => LowPriority.RunAsync("scores", () => Run(stoppingToken));

    private void Run(CancellationToken stoppingToken)
    {
        var pause = Pause;
        while (!stoppingToken.WaitHandle.WaitOne(pause))
        {
            try
            {
                pause = Pause;
                if (state.Ready)
                {
                    scores.Refresh(state.Index, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Searches are answered without it.
                Log.ScoresFailed(logger, e);
                pause = PauseAfterFailure;
            }
        }
    }
}
