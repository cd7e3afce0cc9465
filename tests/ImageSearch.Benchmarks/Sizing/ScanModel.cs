namespace ImageSearch.Benchmarks.Sizing;

/// <summary>
/// <c>t = t0 + N · read(d) / rate</c>. What fits into the cache is read at a rate of its own, anything else at a share of what memory gives at the
/// time: machines that share memory with others give now more and now less.
/// </summary>
internal sealed class ScanModel : SizingModel
{
    private readonly Func<int, double> _read;
    private readonly long _cacheBytes;
    private readonly double _constant;
    private readonly double _cacheRate = double.PositiveInfinity;
    private readonly double _share;

    private ScanModel(SizingMode mode, Func<int, double> read, SizingPoint memory, SizingPoint[] cached, long cacheBytes)
        : base(mode, memory)
    {
        (_read, _cacheBytes) = (read, cacheBytes);
        Fitted = [memory, .. cached];
        if (cached is [var only])
        {
            _cacheRate = Bytes(only) / only.Seconds;
        }
        else if (cached is [var smaller, .., var larger])
        {
            _cacheRate = (Bytes(larger) - Bytes(smaller)) / (larger.Seconds - smaller.Seconds);
            _constant = Math.Max(0, smaller.Seconds - (Bytes(smaller) / _cacheRate));
        }

        _share = Bytes(memory) / (memory.Seconds - _constant) / memory.Bandwidth;
    }

    public override IReadOnlyList<SizingPoint> Fitted { get; }

    public override string Formula =>
        $"t = {_constant * 1e6:F0} µs + N · (d / 2 + 8) / rate; "
        + $"{(double.IsFinite(_cacheRate) ? $"{_cacheRate / 1e9:F0} GB/s up to {_cacheBytes / 1e6:F0} MB, " : "")}beyond {_share:P0} of what memory gives";

    public override double Seconds(double count, int dimension, double bandwidth)
    {
        var bytes = count * _read(dimension);
        return _constant + (bytes / (bytes <= _cacheBytes ? _cacheRate : _share * bandwidth));
    }

    public static ScanModel? Fit(SizingMode mode, Func<int, double> read, IReadOnlyList<SizingPoint> points, long cacheBytes)
    {
        SizingPoint[] wide = [.. points.Where(point => point.Dimension == SizingBenchmark.Wide).OrderBy(point => point.Count)];
        return wide is [.., var memory] && memory.Count * read(memory.Dimension) > cacheBytes
            ? new ScanModel(mode, read, memory, [.. wide.Where(point => point.Count * read(point.Dimension) <= cacheBytes)], cacheBytes)
            : null;
    }

    private double Bytes(SizingPoint point) => point.Count * _read(point.Dimension);
}
