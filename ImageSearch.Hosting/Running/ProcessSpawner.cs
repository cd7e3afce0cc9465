using System.Collections.Concurrent;
using System.Diagnostics;

namespace ImageSearch.Hosting.Running;

/// <summary>
/// Starts child processes from one thread that lives as long as this process. The kernel sends a child its parent-death signal when
/// the <em>thread</em> that forked it ends, so a thread of the pool, which may retire at any time, must not fork.
/// </summary>
internal static class ProcessSpawner
{
    private static readonly BlockingCollection<Action> Requests = StartThread();

    /// <summary>The prefix that ties a child to this process and keeps Ctrl+C, which this process answers in order, from reaching it.</summary>
    private static readonly string[] Prefix = BuildPrefix();

    public static Task<Process> StartAsync(LaunchCommand command, IReadOnlyDictionary<string, string> environment)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(StartInfo(command, environment))!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static ProcessStartInfo StartInfo(LaunchCommand command, IReadOnlyDictionary<string, string> environment)
    {
        string[] line = [.. Prefix, command.FileName, .. command.Arguments];
        var info = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Addresses that the AppHost's launch profile gives to it (and to the real Aspire) are not the child's.
        foreach (var name in info.Environment.Keys.Where(IsAppHostsOwn).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static bool IsAppHostsOwn(string name) =>
        name is "ASPNETCORE_URLS" or "DOTNET_LAUNCH_PROFILE" || name.StartsWith("ASPIRE_", StringComparison.Ordinal);

    private static string[] BuildPrefix()
    {
        string[] tie = Tool.Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "TERM"] : [];
        string[] session = Tool.Find("setsid") is { } setsid ? [setsid] : [];
        return [.. tie, .. session];
    }

    private static BlockingCollection<Action> StartThread()
    {
        var requests = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var request in requests.GetConsumingEnumerable())
            {
                request();
            }
        })
        {
            IsBackground = true,
            Name = "process spawner",
        };
        thread.Start();
        return requests;
    }
}
