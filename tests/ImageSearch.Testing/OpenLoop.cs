using System.Diagnostics;

namespace ImageSearch.Testing;

/// <summary>
/// Calls at a rate that does not heed how long they take, as from many clients, and how long each took from when it was due: what was
/// late because something before it was slow counts as slow.
/// </summary>
public static class OpenLoop
{
    /// <summary>Before a call is due its thread no longer sleeps: it would wake up late.</summary>
    private static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(1.5);

    /// <summary>Calls that may wait for their answers.</summary>
    private const int MostWaiting = 1000;

    /// <param name="rate">Calls per second.</param>
    /// <param name="call">Gets the call's number.</param>
    /// <param name="stop">Ends it, when all calls that have begun are answered.</param>
    /// <returns>Milliseconds of each call, in their order.</returns>
    /// <exception cref="TimeoutException">Calls are not answered as fast as they come.</exception>
    public static async Task<double[]> RunAsync(double rate, Func<int, Task> call, CancellationToken stop)
    {
        var calls = new List<Task<double>>();
        var ended = new TaskCompletionSource();
        var waiting = 0;
        new Thread(() =>
        {
            var started = Stopwatch.GetTimestamp();
            while (!stop.IsCancellationRequested && Volatile.Read(ref waiting) < MostWaiting)
            {
                var (number, due) = (calls.Count, TimeSpan.FromSeconds(calls.Count / rate));
                if (due - Stopwatch.GetElapsedTime(started) - Awake is { Ticks: > 0 } pause)
                {
                    Thread.Sleep(pause);
                }

                while (Stopwatch.GetElapsedTime(started) < due)
                {
                    Thread.SpinWait(20);
                }

                Interlocked.Increment(ref waiting);
                calls.Add(Task.Run(async () =>
                {
                    await call(number);
                    Interlocked.Decrement(ref waiting);
                    return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
                }));
            }

            ended.SetResult();
        })
        { IsBackground = true }.Start();
        await ended.Task;
        if (Volatile.Read(ref waiting) >= MostWaiting)
        {
            await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new TimeoutException($"{MostWaiting} calls are waiting: they come faster, {rate} a second, than they are answered.");
        }

        return await Task.WhenAll(calls);
    }

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(percent / 100 * sorted.Length))];
    }
}
