namespace ImageSearch.Benchmarks.Sizing;

/// <summary>
/// What one query takes: a scan <c>t = t0 + N · read(d) / rate</c>, a graph <c>t = a + b · log2 N</c>. Two constants each, from two points
/// that were measured; the other points check it.
/// </summary>
internal sealed class SizingModel
{
    private readonly SizingMode _mode;
    private readonly double _constant;
    private readonly double _slope;
    private readonly SizingPoint _largest;

    /// <param name="smaller">The other constant's point, of the same dimension.</param>
    /// <param name="larger">What large collections will be most like.</param>
    public SizingModel(SizingMode mode, SizingPoint smaller, SizingPoint larger)
    {
        (_mode, _largest) = (mode, larger);
        Fitted = [smaller, larger];
        _slope = (larger.Seconds - smaller.Seconds) / (Size(larger.Count, larger.Dimension) - Size(smaller.Count, smaller.Dimension));
        _constant = larger.Seconds - (_slope * Size(larger.Count, larger.Dimension));
        if (mode.Read is not null && _constant < 0)
        {
            // The smaller was partly in the cache: only the larger tells how fast memory is.
            (_constant, _slope) = (0, larger.Seconds / Size(larger.Count, larger.Dimension));
            Fitted = [larger];
        }

        BuiltPerSecond = larger.Count / larger.Build;
    }

    public SizingMode Mode => _mode;

    public SizingPoint[] Fitted { get; }

    public double BuiltPerSecond { get; }

    public string Formula => _mode.Read is null
        ? $"t = {_constant * 1e6:F0} µs + {_slope * 1e6:F1} µs · log2 N"
        : $"t = {_constant * 1e6:F0} µs + N · {(_mode.Kind == "Exact" ? "4 d" : "(d / 2 + 8)")} / {1 / _slope / 1e9:F1} GB/s";

    public double Seconds(double count, int dimension) => _constant + (_slope * Size(count, dimension));

    /// <summary>
    /// Queries a second where many come at the same time. Scans: as many as multiplications allow, so N · d decides. Graphs: as for one query.
    /// </summary>
    public double Rate(double count, int dimension) => _largest.Rate
        * (_mode.Read is null ? Seconds(_largest.Count, _largest.Dimension) / Seconds(count, dimension) : (double)_largest.Count * _largest.Dimension / (count * dimension));

    private double Size(double count, int dimension) => _mode.Read is { } read ? count * read(dimension) : Math.Log2(count);
}
