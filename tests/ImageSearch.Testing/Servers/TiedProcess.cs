using System.Collections.Concurrent;
using System.Diagnostics;

namespace ImageSearch.Testing.Servers;

/// <summary>
/// Starts processes that the kernel kills when this one dies. The signal is sent when the <em>thread</em> that forked ends, so one thread
/// that lives as long as this process does all the forking: those of the pool retire at any time.
/// </summary>
public static class TiedProcess
{
    private static readonly BlockingCollection<Action> Requests = StartThread();

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        if (ServerPrograms.Find("setpriv") is { } setpriv)
        {
            info.ArgumentList.Insert(0, info.FileName);
            info.ArgumentList.Insert(0, "KILL");
            info.ArgumentList.Insert(0, "--pdeathsig");
            info.FileName = setpriv;
        }

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
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
            Name = "server spawner",
        };
        thread.Start();
        return requests;
    }
}
