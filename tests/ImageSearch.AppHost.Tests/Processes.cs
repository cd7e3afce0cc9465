using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ImageSearch.AppHost.Tests;

internal static class Processes
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
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

    /// <summary>Children, their children and so on.</summary>
    public static IReadOnlyList<int> DescendantsOf(int processId)
    {
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, CultureInfo.InvariantCulture, out _))
            .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)).Select(id => (Id: id, Parent: ParentOf(id))).ToLookup(p => p.Parent, p => p.Id);
        List<int> found = [.. parents[processId]];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(parents[found[i]]);
        }

        return found;
    }

    /// <summary>Processes with this text in their command lines.</summary>
    public static IEnumerable<int> WithArguments(string text)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                string line;
                try
                {
                    line = File.ReadAllText($"/proc/{process.Id}/cmdline").Replace('\0', ' ');
                }
                catch (IOException)
                {
                    continue; // gone
                }

                if (line.Contains(text, StringComparison.Ordinal))
                {
                    yield return process.Id;
                }
            }
        }
    }

    /// <summary>The addresses on which the process listens.</summary>
    public static IReadOnlyList<IPAddress> ListeningAddressesOf(int processId)
    {
        const string Listening = "0A";
        var sockets = new DirectoryInfo($"/proc/{processId}/fd").GetFiles().Select(f => f.LinkTarget ?? "").ToHashSet();
        return [.. File.ReadLines("/proc/net/tcp").Skip(1).Concat(File.ReadLines("/proc/net/tcp6").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f[3] == Listening && sockets.Contains($"socket:[{f[9]}]"))
            .Select(f => Address(f[1].Split(':')[0]))];
    }

    // Words of four bytes, each in the machine's order.
    private static IPAddress Address(string hex) => new([.. Enumerable.Range(0, hex.Length / 8)
        .SelectMany(i => BitConverter.GetBytes(uint.Parse(hex.AsSpan(i * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))]);

    private static int ParentOf(int processId)
    {
        try
        {
            // The name, in parentheses, may hold anything.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
