using System.Diagnostics;

namespace ImageSearch.Hosting.Tests;

internal static class Processes
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);

    public static async Task WaitUntilGoneAsync(int processId)
    {
        var waited = Stopwatch.StartNew();
        while (IsAlive(processId))
        {
            Assert.True(waited.Elapsed < Deadline, $"Process {processId} still runs after {Deadline.TotalSeconds} s.");
            await Task.Delay(PollEvery);
        }
    }

    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);

            // A zombie has ended; whoever adopted it has not asked for its exit code yet.
            return !process.HasExited && !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
