namespace ImageSearch.Core.RabbitMq;

/// <summary>Uses a channel until it closes, opens the next, and pauses longer and longer while none opens.</summary>
public static class RabbitMqReconnect
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="useAsync">
    /// Opens, calls the action it is given once that has succeeded, and returns why it has closed; or throws.
    /// </param>
    /// <param name="interrupted">
    /// Told of every end with its reason, and whether it is the first since a channel was open: a broker may be away for hours.
    /// </param>
    /// <returns>When it is stopped.</returns>
    public static async Task RunAsync(
        Func<Action, CancellationToken, Task<string>> useAsync, Action<bool, string> interrupted, CancellationToken stoppingToken)
    {
        var (pause, first) = (FirstPause, true);
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                reason = await useAsync(() => (pause, first) = (FirstPause, true), stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                reason = e.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            interrupted(first, reason);
            first = false;
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
