using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.FileSystem;

/// <summary>Cleans up after killed writers, at start and every hour.</summary>
internal sealed class FileBlobSweeper(FileBlobStore store, TimeProvider clock, ILogger<FileBlobSweeper> logger) : BackgroundService
{
    /// <summary>Far longer than any write takes.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Age, clock);
        do
        {
            try
            {
                if (await Task.Run(() => store.Sweep(Age, clock), stoppingToken) is > 0 and var removed)
                {
                    Log.LeftoversRemoved(logger, removed);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.SweepFailed(logger, e); // the next round tries again
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
