using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>What the machine can do at best just now: how fast memory is read, and how many multiplications and additions it makes.</summary>
internal sealed unsafe partial class Yardsticks : IDisposable
{
    private const string CacheFolder = "/sys/devices/system/cpu/cpu0/cache";
    private const int HugePage = 2 * 1024 * 1024;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE
    private const long BufferBytes = 1L << 30;

    /// <summary>Of the last level, of the first processor; 0 where the system does not say.</summary>
    public static long CacheBytes { get; } = ReadCacheBytes();

    /// <summary>Sums that <see cref="MultiplyAndAdd"/> has in registers, times the floats of each.</summary>
    private static readonly int Sums = Vector512.IsHardwareAccelerated ? 24 * 16 : 12 * 8;

    private readonly byte* _buffer;

    public Yardsticks()
    {
        _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)BufferBytes, HugePage);
        if (OperatingSystem.IsLinux())
        {
            _ = Advise((nint)_buffer, (nuint)BufferBytes, AdviseHugePage);
        }

        NativeMemory.Fill(_buffer, (nuint)BufferBytes, 1);
        for (var i = 0; i < 3; i++)
        {
            Sum(_buffer, BufferBytes);
            MultiplyAndAdd(100_000);
        }
    }

    /// <summary>Bytes read a second: each thread adds up its own part of 1 GiB in large pages, from its beginning to its end.</summary>
    public double BytesPerSecond(int threads, int passes = 6) =>
        Statistics.Median(Enumerable.Range(0, passes).Select(_ => BufferBytes / SecondsOf(threads, thread => Sum(_buffer + (BufferBytes / threads * thread), BufferBytes / threads))));

    /// <summary>Multiplications and additions a second, two for each fused one, with all operands in registers.</summary>
    public static double FlopsPerSecond(int threads, int passes = 6)
    {
        const int Times = 500_000;
        return Statistics.Median(Enumerable.Range(0, passes).Select(_ => 2.0 * Sums * Times * threads / SecondsOf(threads, _ => MultiplyAndAdd(Times))));
    }

    public void Dispose() => NativeMemory.AlignedFree(_buffer);

    private static long ReadCacheBytes()
    {
        // "32768K", of each level of cache.
        string[] sizes = Directory.Exists(CacheFolder) ? Directory.GetFiles(CacheFolder, "size", SearchOption.AllDirectories) : [];
        return sizes.Select(file => File.ReadAllText(file).Trim()).Where(size => size.EndsWith('K')).Select(size => long.Parse(size[..^1], CultureInfo.InvariantCulture) * 1024).DefaultIfEmpty(0).Max();
    }

    private static double SecondsOf(int threads, Func<int, float> work)
    {
        // Threads of its own, that wait for the start: what is timed is work, and not that a thread wakes up.
        using var start = new Barrier(threads);
        var (begins, ends) = (new long[threads], new long[threads]);
        var all = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            begins[thread] = Stopwatch.GetTimestamp();
            GC.KeepAlive(work(thread));
            ends[thread] = Stopwatch.GetTimestamp();
        })).ToList();
        all.ForEach(thread => thread.Start());
        all.ForEach(thread => thread.Join());
        return Stopwatch.GetElapsedTime(begins.Min(), ends.Max()).TotalSeconds;
    }

    private static float Sum(byte* from, long bytes)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (var end = from + bytes; from < end; from += 256)
        {
            a += Vector512.Load((float*)from);
            b += Vector512.Load((float*)(from + 64));
            c += Vector512.Load((float*)(from + 128));
            d += Vector512.Load((float*)(from + 192));
        }

        return Vector512.Sum(a + b + c + d);
    }

    private static float MultiplyAndAdd(int times) => Vector512.IsHardwareAccelerated ? MultiplyAndAdd512(times) : MultiplyAndAdd256(times);

    /// <summary>Each of the sums waits only for itself: more of them than are on the way at a time. Written out, so that they stay in registers.</summary>
    private static float MultiplyAndAdd512(int times)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, b0 = x, b1 = x, b2 = x, b3 = x;
        Vector512<float> b4 = x, b5 = x, b6 = x, b7 = x, c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x;
        for (var i = 0; i < times; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(a0, x, y);
            a1 = Vector512.FusedMultiplyAdd(a1, x, y);
            a2 = Vector512.FusedMultiplyAdd(a2, x, y);
            a3 = Vector512.FusedMultiplyAdd(a3, x, y);
            a4 = Vector512.FusedMultiplyAdd(a4, x, y);
            a5 = Vector512.FusedMultiplyAdd(a5, x, y);
            a6 = Vector512.FusedMultiplyAdd(a6, x, y);
            a7 = Vector512.FusedMultiplyAdd(a7, x, y);
            b0 = Vector512.FusedMultiplyAdd(b0, x, y);
            b1 = Vector512.FusedMultiplyAdd(b1, x, y);
            b2 = Vector512.FusedMultiplyAdd(b2, x, y);
            b3 = Vector512.FusedMultiplyAdd(b3, x, y);
            b4 = Vector512.FusedMultiplyAdd(b4, x, y);
            b5 = Vector512.FusedMultiplyAdd(b5, x, y);
            b6 = Vector512.FusedMultiplyAdd(b6, x, y);
            b7 = Vector512.FusedMultiplyAdd(b7, x, y);
            c0 = Vector512.FusedMultiplyAdd(c0, x, y);
            c1 = Vector512.FusedMultiplyAdd(c1, x, y);
            c2 = Vector512.FusedMultiplyAdd(c2, x, y);
            c3 = Vector512.FusedMultiplyAdd(c3, x, y);
            c4 = Vector512.FusedMultiplyAdd(c4, x, y);
            c5 = Vector512.FusedMultiplyAdd(c5, x, y);
            c6 = Vector512.FusedMultiplyAdd(c6, x, y);
            c7 = Vector512.FusedMultiplyAdd(c7, x, y);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7);
    }

    /// <summary>The same for processors with half as many registers of half the width.</summary>
    private static float MultiplyAndAdd256(int times)
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        Vector256<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, b0 = x, b1 = x, b2 = x, b3 = x, b4 = x, b5 = x;
        for (var i = 0; i < times; i++)
        {
            a0 = Vector256.FusedMultiplyAdd(a0, x, y);
            a1 = Vector256.FusedMultiplyAdd(a1, x, y);
            a2 = Vector256.FusedMultiplyAdd(a2, x, y);
            a3 = Vector256.FusedMultiplyAdd(a3, x, y);
            a4 = Vector256.FusedMultiplyAdd(a4, x, y);
            a5 = Vector256.FusedMultiplyAdd(a5, x, y);
            b0 = Vector256.FusedMultiplyAdd(b0, x, y);
            b1 = Vector256.FusedMultiplyAdd(b1, x, y);
            b2 = Vector256.FusedMultiplyAdd(b2, x, y);
            b3 = Vector256.FusedMultiplyAdd(b3, x, y);
            b4 = Vector256.FusedMultiplyAdd(b4, x, y);
            b5 = Vector256.FusedMultiplyAdd(b5, x, y);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + b0 + b1 + b2 + b3 + b4 + b5);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
