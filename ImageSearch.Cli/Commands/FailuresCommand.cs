using System.CommandLine;
using System.Globalization;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch failures</c>.</summary>
internal static class FailuresCommand
{
    private static readonly Option<string?> Model = new("--model") { Description = "Only this model's.", HelpName = "NAME" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Only those with this reason.", HelpName = "TEXT" };
    private static readonly Option<int> Limit =
        new("--limit") { Description = "Failures at most; 0: all.", HelpName = "N", DefaultValueFactory = _ => 50 };

    public static Command Create() =>
        new Command("failures", "List what models have given up, and why.") { Model, Reason, Limit }.WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit) is > 0 and var given ? given : int.MaxValue;
        List<Failure> failures = [];
        FailureList page;
        string? cursor = null;
        do
        {
            page = await cli.Client.Failures.GetPageAsync(
                parsed.GetValue(Model), parsed.GetValue(Reason), Math.Min(limit - failures.Count, 1000), cursor, cancellationToken);
            failures.AddRange(page.Failures);
            cursor = page.Next;
        }
        while (cursor is not null && failures.Count < limit);

        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(page with { Failures = failures });
            return;
        }

        var table = new TextTable("Id", "Model", "Attempts", "At", "Source", "Reason") { Numbers = ["Attempts"] };
        foreach (var failure in failures)
        {
            table.Add(
                failure.Id.ToString(), failure.Model, failure.Attempts.ToString(CultureInfo.InvariantCulture), Figures.Instant(failure.At),
                failure.Source, failure.Reason);
        }

        cli.Terminal.Write(table);
        foreach (var reason in page.Reasons ?? [])
        {
            Terminal.Note($"{Figures.Count(reason.Count)}: {reason.Reason}");
        }

        if (cursor is not null)
        {
            Terminal.Note("There are more: --limit 0 lists all.");
        }
    }
}
