using System.CommandLine;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch retry</c>.</summary>
internal static class RetryCommand
{
    private static readonly FailureOptions Which = new();

    public static Command Create() => Which.AddTo(new Command("retry", "Put what models have given up back to work.")).WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var answer = await cli.Client.Failures.RetryAsync(Which.Read(parsed), cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(answer);
        }
        else
        {
            Terminal.WriteLine($"Retrying {Figures.Count(answer.Retried)}.");
        }
    }
}
