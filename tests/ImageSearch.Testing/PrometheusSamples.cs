using System.Globalization;
using System.Text.RegularExpressions;

namespace ImageSearch.Testing;

/// <summary>What a scrape of <c>/metrics</c> says.</summary>
public static partial class PrometheusSamples
{
    /// <summary>
    /// Parses the text strictly: a line that is none of the format fails the test, and so does a sample that comes twice. Every sample has
    /// the meter's name as <c>otel_scope_name</c>, which is left out here; the other labels are in the order of their names, <c>le</c> last.
    /// </summary>
    /// <returns>Values by <c>name{label="value",…}</c>.</returns>
    public static Dictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                Assert.Matches(CommentLine(), line);
                Assert.True(!line.StartsWith("# TYPE", StringComparison.Ordinal) || types.Add(line.Split(' ')[2]), $"typed twice: {line}");
                continue;
            }

            var match = SampleLine().Match(line);
            Assert.True(match.Success, $"not a sample: {line}");
            var value = match.Groups["value"].Value;
            samples.Add(KeyOf(match), value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private static string KeyOf(Match sample)
    {
        var name = sample.Groups["name"].Value;
        var labels = sample.Groups["label"].Captures.Select(label => label.Value).ToArray();
        Assert.True(name is "target_info" || labels.Any(label => label.StartsWith("otel_scope_name=", StringComparison.Ordinal)), $"without its meter: {sample.Value}");
        var own = labels.Where(label => !label.StartsWith("otel_scope_", StringComparison.Ordinal))
            .OrderBy(label => label.StartsWith("le=", StringComparison.Ordinal)).ThenBy(label => label, StringComparer.Ordinal);
        return string.Join(',', own) is { Length: > 0 } text ? $"{name}{{{text}}}" : name;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<label>[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")(?:,(?<label>[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"))*\})? (?<value>\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("^# (HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*|TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge|histogram)|EOF)$")]
    private static partial Regex CommentLine();
}
