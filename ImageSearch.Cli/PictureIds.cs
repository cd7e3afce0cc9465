using System.CommandLine;

namespace ImageSearch.Cli;

/// <summary>Ids of pictures as arguments; <c>-</c> stands for those on standard input, one a line.</summary>
internal static class PictureIds
{
    public static Argument<string[]> Argument(ArgumentArity arity) => new("ID")
    {
        Description = "Id of a picture (64 hexadecimal digits); - reads ids from standard input, one a line.",
        Arity = arity,
    };

    /// <exception cref="UsageException">One is no id.</exception>
    public static IReadOnlyList<ImageId> Read(IEnumerable<string> arguments)
    {
        var texts = arguments.SelectMany(argument => argument == "-" ? Lines() : [argument]);
        return [.. texts.Select(Parse).Distinct()];
    }

    private static ImageId Parse(string text) => ImageId.TryParse(text, null, out var id)
        ? id
        : throw new UsageException($"A picture's id is {2 * ImageId.Size} hexadecimal digits, and '{text}' is not.");

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
