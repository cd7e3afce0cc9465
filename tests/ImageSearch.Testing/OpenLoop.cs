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

    /// <param name="rate">Calls per second.</param>
    /// <param name="call">Gets the call's number.</param>
    /// <param name="stop">Ends it, when all calls that have begun are answered.</param>
    /// <returns>Milliseconds of each call, in their order.</returns>
    public static async Task<double[]> RunAsync(double rate, Func<int, Task> call, CancellationToken stop)
    {
        var calls = new List<Task<double>>();
        var ended = new TaskCompletionSource();
        new Thread(() =>
        {
            var started = Stopwatch.GetTimestamp();
            while (!stop.IsCancellationRequested)
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

                calls.Add(Task.Run(async () =>
                {
                    await call(number);
                    return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
                }));
            }

            ended.SetResult();
        })
        { IsBackground = true }.Start();
        await ended.Task;
        return await Task.WhenAll(calls);
    }

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(percent / 100 * sorted.Length))];
    }
}
