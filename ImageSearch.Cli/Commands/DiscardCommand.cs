using System.CommandLine;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch discard</c>.</summary>
internal static class DiscardCommand
{
    private static readonly FailureOptions Which = new();

    public static Command Create()
    {
        var command = Which.AddTo(new Command("discard", "Delete pictures that models have given up."));
        command.Add(DeleteCommand.Yes);
        return command.WithAction(RunAsync);
    }

    private static async Task<int> RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var selection = Which.Read(parsed);
        if (!parsed.GetValue(DeleteCommand.Yes) && !Terminal.Confirm("Delete these pictures from the collection for good?"))
        {
            Terminal.Note("Nothing was discarded.");
            return ExitCode.Failed;
        }

        var answer = await cli.Client.Failures.DiscardAsync(selection, cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(answer);
        }
        else
        {
            Terminal.WriteLine($"Discarded {Figures.Pictures(answer.Discarded)}.");
        }

        return ExitCode.Good;
    }
}
