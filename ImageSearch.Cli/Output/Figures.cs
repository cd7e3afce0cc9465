using System.Globalization;

namespace ImageSearch.Cli.Output;

/// <summary>Numbers for people.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    public static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";

    public static string Bytes(double? value)
    {
        if (value is not { } bytes)
        {
            return "?";
        }

        var unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }

    public static string Seconds(double? value) =>
        value is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : "?";

    public static string Rate(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}");

    /// <summary>Such as 0:07 or 1:02:03.</summary>
    public static string Time(TimeSpan? value) => value switch
    {
        null => "?",
        { TotalHours: >= 1 } time =>
            string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"),
        { } time => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}"),
    };

    /// <summary>As scripts can compare it.</summary>
    public static string Instant(DateTimeOffset? value) =>
        value?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    public static string Pictures(long count) => count == 1 ? "1 picture" : $"{Count(count)} pictures";
}
