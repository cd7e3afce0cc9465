namespace ImageSearch.Ingest.Intake;

/// <summary>File names and URLs as data: what a client calls a source is kept to be shown, and never opened or trusted.</summary>
internal static class SourceName
{
    public const int MaximumLength = 512;
    public const int MaximumUrlLength = 2048;
    public const string Unnamed = "unnamed";

    /// <summary>Drops control characters (a terminal or a log that shows the name must not obey it) and what is too long.</summary>
    public static string Clean(string? name, int maximumLength = MaximumLength)
    {
        if (string.IsNullOrEmpty(name))
        {
            return Unnamed;
        }

        var clean = name.AsSpan().ContainsAnyInRange('\0', '\u001f') || name.Any(char.IsControl)
            ? string.Concat(name.Where(c => !char.IsControl(c)))
            : name;
        if (clean.Length > maximumLength)
        {
            // Half a surrogate pair is no character: it would not survive the way to UTF-8.
            clean = clean[..(char.IsHighSurrogate(clean[maximumLength - 1]) ? maximumLength - 1 : maximumLength)];
        }

        return string.IsNullOrWhiteSpace(clean) ? Unnamed : clean;
    }
}
