using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The child process of an engine of ours: builds it and measures it on command (<see cref="EngineProtocol"/>).</summary>
internal sealed class OwnEngine : IDisposable
{
    /// <summary>Rows of an index that is only there to start with: what the process takes for itself is then taken, and its code compiled, already.</summary>
    private const int FirstRows = 4096;

    private readonly string _kind;
    private readonly string _base;
    private readonly int _count;
    private readonly int _dimension;
    private readonly float[] _queries;
    private readonly DirectoryInfo _mapped = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
    private readonly long _before;

    private int _k;
    private OwnIndex? _index;
    private WarmUp _warmUp = new();

    private OwnEngine(string kind, string basePath, string queries, int count, int dimension, int k)
    {
        (_kind, _base, _count, _dimension, _k) = (kind, basePath, count, dimension, k);
        _queries = queries == GeneratedRows.Name ? Generated(dimension) : MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(queries)).ToArray();
        Start();
        _index = null;
        _before = AnonymousBytes();
    }

    private int Queries => _queries.Length / _dimension;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var kind, var rows, var queries, var count, var dimension, var k])
        {
            throw new ArgumentException($"{EngineProtocol.Command} KIND BASE QUERIES N DIMENSION K");
        }

        using var engine = new OwnEngine(kind, rows, queries, Parse(count), Parse(dimension), Parse(k));
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(engine.Answer(line.Split(' '))));
            Console.Out.Flush();
        }
    }

    public void Dispose() => _mapped.Delete(recursive: true);

    private object Answer(string[] words) => words switch
    {
        ["ready"] => new { ready = true },
        ["build", var threads, _] => Build(Parse(threads)),
        ["latency", _, var ef, var first, var most, var least, var seconds] => Latency(Parse(ef), Parse(first), Parse(most), Parse(least), Seconds(seconds)),
        ["batch", _, var ef, var size, var first, var most, var least, var seconds] =>
            Batch(Parse(ef), Parse(size), Parse(first), Parse(most), Parse(least), Seconds(seconds)),
        ["ids", _, var ef, var count] => Ids(Parse(ef), Parse(count)),
        ["k", var k] => new { k = _k = Parse(k) },
        _ => throw new ArgumentException($"Not understood: {string.Join(' ', words)}"),
    };

    private object Build(int threads)
    {
        _index = null;
        _ = AnonymousBytes(); // what was built before is gone from here on
        var seconds = Fill(threads, _count).TotalSeconds;
        var memory = _index!.Memory;
        _warmUp = new WarmUp();
        return new { seconds, cached = false, resident = AnonymousBytes() - _before, account = memory.Total, graph = memory.Graph, mapped = memory.Mapped, version = $".NET {Environment.Version}" };
    }

    // A method of its own, so that nothing on the stack keeps the index.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Start()
    {
        Fill(Environment.ProcessorCount, FirstRows);
        foreach (var size in new[] { 1, 16, 256 })
        {
            _warmUp.Run(size, () => _index!.Search(Query(0, size), _k, 0));
        }
    }

    private TimeSpan Fill(int threads, int count)
    {
        using IRowSource rows = _base == GeneratedRows.Name ? new GeneratedRows(count, _dimension) : new FileRows(_base, Math.Min(count, _count), _dimension);
        var started = Stopwatch.GetTimestamp();
        _index = new OwnIndex(OwnKinds.All[_kind](_dimension, threads, _mapped.FullName));
        return Stopwatch.GetElapsedTime(started) + _index.Fill(rows);
    }

    /// <summary>Queries that are like the rows, and none of them.</summary>
    private static float[] Generated(int dimension)
    {
        const int Count = 1000;
        using var rows = new GeneratedRows(Count, dimension);
        return rows.Rows(int.MaxValue - Count, Count).ToArray();
    }

    private object Latency(int ef, int first, int most, int least, double seconds)
    {
        var times = new double[Math.Max(most, least)];
        _warmUp.Run(1, () => _index!.Search(Query(first, 1), _k, ef));
        var (calls, allocated, begun) = (0, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        while (calls < least || (calls < most && Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds))
        {
            var query = Query((first + calls) % Queries, 1);
            var started = Stopwatch.GetTimestamp();
            _index!.Search(query, _k, ef);
            times[calls++] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new { ms = times[..calls], allocated = (double)allocated / calls };
    }

    private object Batch(int ef, int size, int first, int most, int least, double seconds)
    {
        var rates = new double[Math.Max(most, least)];
        _warmUp.Run(size, () => _index!.Search(Query(0, size), _k, ef));
        var at = first + size <= Queries ? first : 0;
        var (calls, allocated, begun) = (0, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        while (calls < least || (calls < most && Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds))
        {
            var queries = Query(at, size);
            var started = Stopwatch.GetTimestamp();
            _index!.Search(queries, _k, ef);
            rates[calls++] = size / Stopwatch.GetElapsedTime(started).TotalSeconds;
            at = at + (2 * size) <= Queries ? at + size : 0;
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new { rates = rates[..calls], allocated = (double)allocated / calls / size };
    }

    private object Ids(int ef, int count)
    {
        const int Step = 128;
        var found = new int[count * _k];
        for (var first = 0; first < count; first += Step)
        {
            var some = Math.Min(Step, count - first);
            _index!.Search(Query(first, some), _k, ef);
            for (var i = 0; i < some; i++)
            {
                _index.CopyRows(i, found.AsSpan((first + i) * _k, _k));
            }
        }

        return new { ids = found };
    }

    private ReadOnlySpan<float> Query(int first, int count) => _queries.AsSpan(first * _dimension, count * _dimension);

    /// <summary>What is reachable, and nothing that waits to be collected.</summary>
    private static long AnonymousBytes()
    {
        for (var i = 0; i < 2; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return ProcessMemory.AnonymousBytes();
    }

    private static int Parse(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static double Seconds(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
