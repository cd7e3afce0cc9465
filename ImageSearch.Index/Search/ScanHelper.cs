using System.Diagnostics;

namespace ImageSearch.Index.Search;

/// <summary>
/// Threads that help with scans: a thread of the pool takes longer to wake up than most scans take, and on a busy machine many times as
/// long. There are as many as the search with the most threads may have, for all indexes of the process; who is called while busy does not
/// come.
/// </summary>
internal sealed class ScanHelper
{
    /// <summary>How long one stays awake after a scan: the next often follows, and waking up costs more.</summary>
    private static readonly long Awake = Stopwatch.Frequency / 50_000;

    private static readonly Lock Growing = new();
    private static ScanHelper[] _all = [];

    private readonly object _gate = new();
    private Scan? _scan;

    private ScanHelper(int number) => new Thread(Help) { IsBackground = true, Name = $"scan helper {number}" }.Start();

    /// <summary>Calls helpers. Nobody has to wait for one that does not come: see <see cref="Scan.Help"/>.</summary>
    public static void Call(Scan scan, int count)
    {
        if (Volatile.Read(ref _all).Length < count)
        {
            Grow(count);
        }

        foreach (var helper in Volatile.Read(ref _all))
        {
            if (count > 0 && Interlocked.CompareExchange(ref helper._scan, scan, null) is null)
            {
                lock (helper._gate)
                {
                    Monitor.Pulse(helper._gate);
                }

                count--;
            }
        }
    }

    private static void Grow(int count)
    {
        lock (Growing)
        {
            if (_all.Length < count)
            {
                var more = _all;
                Volatile.Write(
                    ref _all, [.. more, .. Enumerable.Range(more.Length, count - more.Length).Select(number => new ScanHelper(number))]);
            }
        }
    }

    private void Help()
    {
        while (true)
        {
            var since = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _scan) is null && Stopwatch.GetTimestamp() - since < Awake)
            {
                Thread.SpinWait(10);
            }

            lock (_gate)
            {
                while (Volatile.Read(ref _scan) is null)
                {
                    Monitor.Wait(_gate);
                }
            }

            _scan!.Help();
            Volatile.Write(ref _scan, null);
        }
    }
}
