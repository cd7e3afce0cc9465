using System.Diagnostics;
using System.Runtime.InteropServices;
using ImageSearch.Core.Store;
using ImageSearch.Index.Following;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Snapshots;
using ImageSearch.Index.Tests.Search;

namespace ImageSearch.Index.Tests.Snapshots;

/// <summary>A million vectors of 512 dimensions, saved and loaded. Only when asked for: 2 to 3 GB of memory and of disk (-explicit only).</summary>
public sealed partial class RestartBenchmark : IDisposable
{
    private const int Dimension = 512;

    private static readonly SnapshotIdentity Identity = new("layout", "1", Dimension, 0, 1);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory(Explicit = true)]
    [InlineData("Exact", 1_000_000)]
    [InlineData("Hnsw", 1_000_000)]
    public void Load_Many_AnswersWithinThreeSeconds(string algorithm, int count)
    {
        var path = _directory.Combine(Identity.FileName);
        var query = Vectors.Unit(Dimension, 1);
        var before = Save(algorithm, count, path, query);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        for (var round = 0; round < 4; round++)
        {
            var isCold = round < 2 && Forget(path);
            var started = Stopwatch.GetTimestamp();
            using var reader = SnapshotReader.Open(path);
            var opened = Stopwatch.GetElapsedTime(started);
            reader.Verify(Environment.ProcessorCount, TestContext.Current.CancellationToken);
            var verified = Stopwatch.GetElapsedTime(started);
            var index = IndexLoader.Load(reader, kind => Create(kind.Name));
            var loaded = Stopwatch.GetElapsedTime(started);
            var hits = index.Search(query, new SearchOptions(10), default);
            var answered = Stopwatch.GetElapsedTime(started);
            Assert.Equal(before, hits);

            var writer = new IndexWriter(new IndexState(index, TimeProvider.System), index, reader.Header.Kind);
            var promoting = Stopwatch.GetTimestamp();
            IndexMaintenance.CopyToMemory(writer, default);
            Say($"{algorithm}, {(isCold ? "from the disk" : "from the page cache")}: header {opened.TotalMilliseconds:F0} ms, verified {verified.TotalMilliseconds:F0} ms, loaded {loaded.TotalMilliseconds:F0} ms, "
                + $"answered {answered.TotalMilliseconds:F0} ms, promoted in {Stopwatch.GetElapsedTime(promoting).TotalMilliseconds:F0} ms");
            Assert.True(answered < TimeSpan.FromSeconds(3));
            Assert.Equal(before, index.Search(query, new SearchOptions(10), default));
        }
    }

    /// <summary>The file's pages are to be read from the disk again.</summary>
    private static bool Forget(string path)
    {
        const int DontNeed = 4; // POSIX_FADV_DONTNEED
        using var file = File.OpenHandle(path);
        return OperatingSystem.IsLinux() && Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed) == 0;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, long offset, long length, int advice);

    private static void Say(string line) => TestContext.Current.SendDiagnosticMessage(line);

    private static SegmentedIndex Create(string algorithm) => algorithm switch
    {
        "Exact" => new ExactIndex(Dimension, Environment.ProcessorCount),
        _ => new GraphIndex(Dimension, new GraphParameters(M: 16, EfConstruction: 20), Environment.ProcessorCount), // built in a hurry, as large as any
    };

    private static IReadOnlyList<ShardHit> Save(string algorithm, int count, string path, float[] query)
    {
        var index = Create(algorithm);
        var random = new Random(1);
        var bytes = new byte[ImageId.Size];
        for (var page = 0; page < count / 1000; page++)
        {
            var values = new float[1000 * Dimension];
            var changes = new VectorChange[1000];
            for (var i = 0; i < changes.Length; i++)
            {
                var vector = values.AsSpan(i * Dimension, Dimension);
                random.NextBytes(MemoryMarshal.AsBytes(vector));
                foreach (ref var value in vector)
                {
                    value = (BitConverter.SingleToInt32Bits(value) >> 8) * (1f / (1 << 27));
                }

                random.NextBytes(bytes);
                changes[i] = new VectorChange(new ImageId(bytes), values.AsMemory(i * Dimension, Dimension), i % 10 == 0 ? ["a", "b"] : []);
            }

            index.Apply(changes);
        }

        var started = Stopwatch.GetTimestamp();
        var view = new IndexWriter(new IndexState(index, TimeProvider.System), index, new IndexKind(algorithm, new Dictionary<string, long>())).View();
        IndexSaver.Save(view, path, Identity, DateTimeOffset.UnixEpoch, _ => { });
        Say($"{algorithm}: saved {new FileInfo(path).Length >> 20} MiB in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms, without a pace");
        return index.Search(query, new SearchOptions(10), default);
    }
}
