using System.CommandLine;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch delete</c>.</summary>
internal static class DeleteCommand
{
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };

    private static readonly Argument<string[]> Ids = PictureIds.Argument(ArgumentArity.OneOrMore);

    public static Command Create() => new Command("delete", "Delete pictures from the collection.") { Ids, Yes }.WithAction(RunAsync);

    private static async Task<int> RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var ids = PictureIds.Read(parsed.GetRequiredValue(Ids));
        if (!parsed.GetValue(Yes) && !Terminal.Confirm($"Delete {Figures.Pictures(ids.Count)} for good?"))
        {
            Terminal.Note("Nothing was deleted.");
            return ExitCode.Failed;
        }

        var answer = await cli.Client.Images.DeleteAsync(ids, cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(answer);
        }
        else
        {
            Terminal.WriteLine($"Deleted {Figures.Pictures(answer.Deleted)}.{TagCommand.Unknown(answer.Unknown)}");
        }

        return ExitCode.Good;
    }
}
