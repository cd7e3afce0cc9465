using System.Runtime.InteropServices;

namespace ImageSearch.Index.Quality;

/// <summary>Threads that work only when nobody else wants the processor.</summary>
internal static partial class LowPriority
{
    private const int Process = 0; // PRIO_PROCESS, which on Linux means a thread
    private const int Lowest = 19;

    /// <summary>Works in a thread of its own.</summary>
    /// <param name="work">Throws nothing.</param>
    /// <returns>Completes when the work has ended.</returns>
    public static Task RunAsync(string name, Action work)
    {
        var ended = new TaskCompletionSource();
        new Thread(() =>
        {
            Enter();
            work();
            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = name,
        }.Start();
        return ended.Task;
    }

    /// <summary>Makes the calling thread one. .NET's own priorities have no effect on Linux.</summary>
    private static void Enter()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(Process, 0, Lowest); // without it the budget still holds
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
