namespace ImageSearch.ServiceDefaults.Telemetry;

/// <summary>The format of OTEL_RESOURCE_ATTRIBUTES: <c>key=value</c> separated by commas, percent-encoded.</summary>
internal static class ResourceAttributes
{
    /// <returns>What can be read; the specification says to ignore the rest.</returns>
    public static IEnumerable<KeyValuePair<string, object>> Parse(string? text)
    {
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                yield return new(pair[..equals].Trim(), Uri.UnescapeDataString(pair[(equals + 1)..].Trim()));
            }
        }
    }
}
