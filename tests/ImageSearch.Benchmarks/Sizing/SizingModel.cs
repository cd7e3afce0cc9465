namespace ImageSearch.Benchmarks.Sizing;

/// <summary>What one query takes. Its constants come from points that were measured; the other points check it.</summary>
internal abstract class SizingModel
{
    private readonly SizingPoint _largest;

    /// <param name="largest">What large collections will be most like.</param>
    protected SizingModel(SizingMode mode, SizingPoint largest)
    {
        (Mode, _largest) = (mode, largest);
        BuiltPerSecond = largest.Count / largest.Build;
    }

    public SizingMode Mode { get; }

    /// <summary>The points that constants come from.</summary>
    public abstract IReadOnlyList<SizingPoint> Fitted { get; }

    public abstract string Formula { get; }

    public double BuiltPerSecond { get; }

    /// <param name="bandwidth">Bytes of memory read a second.</param>
    public abstract double Seconds(double count, int dimension, double bandwidth);

    /// <summary>
    /// Queries a second where many come at the same time. Scans: as many as multiplications allow, so N · d decides. Graphs: as for one query.
    /// </summary>
    public double Rate(double count, int dimension) => _largest.Rate
        * (Mode.Read is null
            ? Seconds(_largest.Count, _largest.Dimension, _largest.Bandwidth) / Seconds(count, dimension, _largest.Bandwidth)
            : (double)_largest.Count * _largest.Dimension / (count * dimension));

    /// <param name="points">Of the mode.</param>
    /// <returns>Null if points are missing that constants come from.</returns>
    public static SizingModel? Fit(SizingMode mode, IReadOnlyList<SizingPoint> points, long cacheBytes) =>
        mode.Read is { } read ? ScanModel.Fit(mode, read, points, cacheBytes) : GraphModel.Fit(mode, points);
}
