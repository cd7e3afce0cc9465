using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ImageSearch.Testing;

/// <summary>Waits for a condition, with a deadline and a failure that says what was waited for.</summary>
public static class Eventually
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until <paramref name="condition"/> is true.</summary>
    public static Task BecomesTrue(
        Func<bool> condition, TimeSpan? deadline = null, CancellationToken cancellationToken = default, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        BecomesTrue(() => Task.FromResult(condition()), deadline, cancellationToken, what);

    /// <inheritdoc cref="BecomesTrue(Func{bool}, TimeSpan?, CancellationToken, string)"/>
    public static async Task BecomesTrue(
        Func<Task<bool>> condition, TimeSpan? deadline = null, CancellationToken cancellationToken = default, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (deadline ?? DefaultDeadline))
            {
                Assert.Fail($"Within {(deadline ?? DefaultDeadline).TotalSeconds} s this did not become true: {what}");
            }

            await PauseAsync(started, cancellationToken);
        }
    }

    /// <summary>Waits until <paramref name="assertion"/> no longer throws; at the deadline its own failure is the test's.</summary>
    public static async Task Succeeds(Func<Task> assertion, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException && Stopwatch.GetElapsedTime(started) < (deadline ?? DefaultDeadline))
            {
                await PauseAsync(started, cancellationToken);
            }
        }
    }

    /// <summary>A tenth of what was waited so far: to look costs the system that is waited for.</summary>
    private static Task PauseAsync(long started, CancellationToken cancellationToken)
    {
        var pause = Stopwatch.GetElapsedTime(started) / 10;
        return Task.Delay(pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, cancellationToken);
    }
}
