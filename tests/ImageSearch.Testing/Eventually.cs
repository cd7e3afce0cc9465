using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ImageSearch.Testing;

/// <summary>Waits for a condition, with a deadline and a failure that says what was waited for.</summary>
public static class Eventually
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

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

            await Task.Delay(Poll, cancellationToken);
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
                await Task.Delay(Poll, cancellationToken);
            }
        }
    }
}
