using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using ImageSearch.Cli.Commands;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli;

/// <summary>The commands, and what all of them have in common.</summary>
internal static partial class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var root = Create();
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            // Of what type a value has to be in .NET, no person asks.
            var sentence = parsed is { CommandResult.Command: RootCommand, UnmatchedTokens: [var unknown, ..] } && !unknown.StartsWith('-')
                ? $"There is no command '{unknown}'"
                : Whitespace().Replace(OfType().Replace(parsed.Errors[0].Message, ""), " ").TrimEnd('.');
            Terminal.Complain($"{sentence}. See: {Path(parsed.CommandResult)} --help");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
    }

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "imagesearch";

    [GeneratedRegex(" as expected type '.*'")]
    private static partial Regex OfType();

    // Lists of what is possible come a line each.
    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();

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
