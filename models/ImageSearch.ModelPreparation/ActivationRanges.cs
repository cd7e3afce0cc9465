using System.Globalization;

namespace ImageSearch.ModelPreparation;

/// <summary>Lowest and highest value of activations, measured on photographs: lines of name, lowest, highest.</summary>
internal static class ActivationRanges
{
    /// <exception cref="InvalidDataException">A line is none.</exception>
    public static IReadOnlyDictionary<string, (double Lowest, double Highest)> Read(string path)
    {
        var ranges = new Dictionary<string, (double, double)>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            ranges[line.Split(' ')[0]] = line.Split(' ') is [_, var lowest, var highest]
                && double.TryParse(lowest, CultureInfo.InvariantCulture, out var from) && double.TryParse(highest, CultureInfo.InvariantCulture, out var to)
                ? (from, to)
                : throw new InvalidDataException($"'{path}' has the line '{line}', not a name and two numbers.");
        }

        return ranges;
    }
}
