using System.Globalization;
using System.Text;

namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>The text exposition format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<MetricFamily> families, long scrape)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            var series = family.Series.Where(pair => !family.IsObservable || pair.Value.Scrape == scrape).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
            if (series.Count == 0)
            {
                continue;
            }

            text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
            foreach (var (labels, values) in series)
            {
                WriteSeries(text, family, labels, values.Read());
            }
        }

        return text.ToString();
    }

    private static void WriteSeries(StringBuilder text, MetricFamily family, string labels, MetricValue value)
    {
        if (family.Kind != MetricKind.Histogram)
        {
            WriteSample(text, family.Name, "", labels, value.Value);
            return;
        }

        long cumulative = 0;
        for (var i = 0; i <= family.Bounds.Length; i++)
        {
            cumulative += value.Buckets[i];
            var bound = i < family.Bounds.Length ? Format(family.Bounds[i]) : "+Inf";
            WriteSample(text, family.Name, "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", cumulative);
        }

        WriteSample(text, family.Name, "_sum", labels, value.Value);
        WriteSample(text, family.Name, "_count", labels, value.Count);
    }

    private static void WriteSample(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Format(value)).Append('\n');
    }

    private static string Format(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static string EscapeHelp(string help) => help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
