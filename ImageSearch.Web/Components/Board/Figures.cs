using System.Globalization;

namespace ImageSearch.Web.Components.Board;

/// <summary>Numbers as a person reads them, the same whatever the server's language.</summary>
internal static class Figures
{
    public const string Unknown = "–";

    public static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>"1 picture", "2 pictures".</summary>
    public static string Pictures(long? count) => count == 1 ? "1 picture" : $"{Count(count)} pictures";

    /// <summary>Three digits that count: 0.024, 1.25, 87.5, 1,250.</summary>
    public static string Number(double? value) => value switch
    {
        null => Unknown,
        0 => "0",
        < 1 => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
        < 10 => value.Value.ToString("0.##", CultureInfo.InvariantCulture),
        < 100 => value.Value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("N0", CultureInfo.InvariantCulture),
    };

    public static string Bytes(long? value) => value switch
    {
        null => Unknown,
        < 1_000_000 => $"{Number(value.Value / 1e3)} kB",
        < 1_000_000_000 => $"{Number(value.Value / 1e6)} MB",
        _ => $"{Number(value.Value / 1e9)} GB",
    };

    public static string Share(long? part, long? whole) => part is null || whole is null ? Unknown
        : whole == 0 ? "100 %"
        // Never 100 % before all of it is.
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000.0 * part.Value / whole.Value) / 10:0.#} %");
}
