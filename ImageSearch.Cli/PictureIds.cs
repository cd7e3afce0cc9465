using System.CommandLine;

namespace ImageSearch.Cli;

/// <summary>Ids of pictures as arguments; <c>-</c> stands for those on standard input, one a line.</summary>
internal static class PictureIds
{
    private const int Length = 64;

    public static Argument<string[]> Argument(ArgumentArity arity) => new("ID")
    {
        Description = "Id of a picture (64 hexadecimal digits); - reads ids from standard input, one a line.",
        Arity = arity,
    };

    public static bool IsId(string text) => text.Length == Length && text.All(char.IsAsciiHexDigit);

    /// <exception cref="UsageException">One is no id.</exception>
    public static IReadOnlyList<string> Read(IEnumerable<string> arguments)
    {
        List<string> ids = [];
        foreach (var argument in arguments)
        {
            ids.AddRange(argument == "-" ? Lines() : [argument]);
        }

        return ids.Find(id => !IsId(id)) is { } wrong
            ? throw new UsageException($"A picture's id is {Length} hexadecimal digits, and '{wrong}' is not.")
            : [.. ids.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            // The first column of what list and search write.
            if (line.Split('\t')[0].Trim() is { Length: > 0 } id && id != "ID")
            {
                yield return id;
            }
        }
    }
}
