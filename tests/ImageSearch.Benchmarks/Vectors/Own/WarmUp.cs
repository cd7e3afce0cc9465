using System.Diagnostics;
using System.Runtime;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>Runs what will be measured until the just-in-time compiler has nothing left to improve, once for each size of a batch.</summary>
internal sealed class WarmUp
{
    /// <summary>Calls after which a method is compiled again, twice: once to be watched, once for good.</summary>
    private const int Calls = 64;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400); // the compiler waits for 100 ms without news
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly HashSet<int> _done = [];

    public void Run(int size, Action call)
    {
        call();
        call();
        if (!_done.Add(size))
        {
            return;
        }

        var (started, changed, calls, methods) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), 0, JitInfo.GetCompiledMethodCount());
        while ((calls < Calls || Stopwatch.GetElapsedTime(changed) < Quiet) && Stopwatch.GetElapsedTime(started) < Limit)
        {
            call();
            calls++;
            if (JitInfo.GetCompiledMethodCount() is var now && now != methods)
            {
                (methods, changed) = (now, Stopwatch.GetTimestamp());
            }
        }
    }
}
