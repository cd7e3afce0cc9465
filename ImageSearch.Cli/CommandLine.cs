using System.CommandLine;
using System.CommandLine.Invocation;
using ImageSearch.Cli.Commands;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli;

/// <summary>The commands, and what all of them have in common.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var root = Create();
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            var command = parsed.CommandResult.Command == root ? "" : $" {parsed.CommandResult.Command.Name}";
            Terminal.Complain($"{parsed.Errors[0].Message.TrimEnd('.')}. See: imagesearch{command} --help");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
    }

    private static RootCommand Create() => new("Searches a collection of pictures by picture, and looks after it.")
    {
        GlobalOptions.Server,
        GlobalOptions.ApiKey,
        GlobalOptions.Json,
        ImportCommand.Create(),
        SearchCommand.Create(),
        ListCommand.Create(),
        ShowCommand.Create(),
        TagCommand.Create(),
        DeleteCommand.Create(),
        StatusCommand.Create(),
        FailuresCommand.Create(),
        RetryCommand.Create(),
        DiscardCommand.Create(),
        ImportsCommand.Create(),
        KeysCommand.Create(),
    };
}
