namespace ImageSearch.Benchmarks;

/// <summary>What one says of many measurements. Percentiles lie between two of them where they have to, as numpy's do.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values) => Percentile(values, 50);

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var at = percent / 100 * (sorted.Length - 1);
        var (low, high) = (sorted[(int)at], sorted[Math.Min((int)at + 1, sorted.Length - 1)]);
        return low + ((high - low) * (at - (int)at));
    }
}
