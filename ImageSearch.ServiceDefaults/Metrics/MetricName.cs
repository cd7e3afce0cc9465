using System.Diagnostics.Metrics;

namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>
/// How instruments are called in Prometheus, as OpenTelemetry's specification translates them: <c>imagesearch.search.duration</c> in
/// <c>s</c> is <c>imagesearch_search_duration_seconds</c>, the counter <c>imagesearch.images</c> is <c>imagesearch_images_total</c>.
/// </summary>
internal static class MetricName
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["min"] = "minutes",
        ["h"] = "hours",
        ["d"] = "days",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["%"] = "percent",
    };

    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = Sanitize(instrument.Name);
        if (UnitOf(instrument.Unit) is { } unit && !name.EndsWith($"_{unit}", StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    /// <summary>Makes it a name of [a-zA-Z0-9_] that does not start with a digit.</summary>
    public static string Sanitize(string name)
    {
        var clean = string.Create(name.Length, name, (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean;
    }

    /// <summary>Units in braces count things: they are words for people. "1" is no unit.</summary>
    private static string? UnitOf(string? unit) => string.IsNullOrEmpty(unit) || unit == "1" || unit.Contains('{', StringComparison.Ordinal)
        ? null
        : Units.TryGetValue(unit, out var word) ? word : Sanitize(unit);
}
