namespace ImageSearch.Cli;

/// <summary>Tells what a person names a picture by.</summary>
internal static class Sources
{
    public static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
