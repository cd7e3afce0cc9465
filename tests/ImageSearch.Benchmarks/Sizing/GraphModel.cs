namespace ImageSearch.Benchmarks.Sizing;

/// <summary>
/// <c>t = log2 N · (p + q · d + r · miss · bytes(d))</c>: at a fixed ef a query passes vectors in proportion to log2 N. Each costs something by
/// itself, some for every dimension, and more for every byte of codes and neighbours that has to come from memory: all but what the cache holds.
/// </summary>
internal sealed class GraphModel : SizingModel
{
    private readonly double _visit;
    private readonly double _dimension;
    private readonly double _miss;
    private readonly double _cacheBytes;

    private GraphModel(SizingMode mode, SizingPoint narrow, SizingPoint small, SizingPoint middle, SizingPoint large)
        : base(mode, large)
    {
        Fitted = [narrow, small, middle, large];
        // Of the smallest ones nothing has to come from memory.
        _dimension = Math.Max(0, (PerLevel(small) - PerLevel(narrow)) / (small.Dimension - narrow.Dimension));
        _visit = PerLevel(small) - (_dimension * small.Dimension);
        // How much of what the large one pays for memory the middle one pays already says what the cache holds.
        var share = Math.Clamp((PerLevel(middle) - PerLevel(small)) / (PerLevel(large) - PerLevel(small)), 0, 1);
        var (middleBytes, largeBytes) = (Bytes(middle.Count, middle.Dimension), Bytes(large.Count, large.Dimension));
        _cacheBytes = share == 1 ? 0 : (1 - share) / ((1 / middleBytes) - (share / largeBytes));
        _miss = (PerLevel(large) - PerLevel(small)) / (mode.Resident(large.Dimension) * Miss(large.Count, large.Dimension));
    }

    public override IReadOnlyList<SizingPoint> Fitted { get; }

    public override string Formula =>
        $"t = log2 N · ({_visit * 1e6:F2} µs + d · {_dimension * 1e9:F2} ns + (d + {Mode.Resident(0):F0}) · {_miss * 1e9:F2} ns · miss), "
        + $"miss = 1 - {_cacheBytes / 1e6:F0} MB / (N · (d + {Mode.Resident(0):F0})), at least 0";

    public override double Seconds(double count, int dimension, double bandwidth) =>
        Math.Log2(count) * (_visit + (_dimension * dimension) + (_miss * Miss(count, dimension) * Mode.Resident(dimension)));

    public static GraphModel? Fit(SizingMode mode, IReadOnlyList<SizingPoint> points)
    {
        return Find(10_000, SizingBenchmark.Narrow) is { } narrow && Find(10_000, SizingBenchmark.Wide) is { } small
            && Find(100_000, SizingBenchmark.Wide) is { } middle && Find(1_000_000, SizingBenchmark.Wide) is { } large
            ? new GraphModel(mode, narrow, small, middle, large)
            : null;

        SizingPoint? Find(int count, int dimension) => points.FirstOrDefault(point => point.Count == count && point.Dimension == dimension);
    }

    private static double PerLevel(SizingPoint point) => point.Seconds / Math.Log2(point.Count);

    private double Miss(double count, int dimension) => Math.Max(0, 1 - (_cacheBytes / Bytes(count, dimension)));

    private double Bytes(double count, int dimension) => count * Mode.Resident(dimension);
}
