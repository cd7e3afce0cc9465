using System.CommandLine;
using ImageSearch.Cli.Importing;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch imports</c>: those that the server carries out.</summary>
internal static class ImportsCommand
{
    private static readonly Argument<string> Id = new("IMPORT-ID") { Description = "Id of the import." };

    public static Command Create() =>
        new Command("imports", "List the imports that the server carries out; show, watch, cancel or resume one.")
    {
        new Command("show", "Show how far one has come, and what it rejected.") { Id }.WithAction(ShowAsync),
        new Command("watch", "Follow one to its end.") { Id }.WithAction(WatchAsync),
        new Command("cancel", "End one; what it has taken in stays.") { Id }.WithAction(CancelAsync),
        new Command("resume", "Go on with one that was cancelled.") { Id }.WithAction(ResumeAsync),
    }.WithAction(ListAsync);

    private static async Task ListAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var imports = await cli.Client.Imports.ListAsync(cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(new ImportList(imports));
        }
        else
        {
            cli.Terminal.Write(Table(imports));
        }
    }

    private static async Task ShowAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken) =>
        Show(cli, await cli.Client.Imports.GetAsync(parsed.GetRequiredValue(Id), cancellationToken));

    private static async Task<int> WatchAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var status = await ServerImport.WatchAsync(cli, parsed.GetRequiredValue(Id), cancellationToken);
        Show(cli, status);
        return status.Rejected > 0 ? ExitCode.SomeRejected : ExitCode.Good;
    }

    private static async Task CancelAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        await cli.Client.Imports.CancelAsync(parsed.GetRequiredValue(Id), cancellationToken);
        Terminal.WriteLine("Cancelled; what it has taken in stays.");
    }

    private static async Task ResumeAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        await cli.Client.Imports.ResumeAsync(parsed.GetRequiredValue(Id), cancellationToken);
        Terminal.WriteLine($"It goes on. Follow it with: imagesearch imports watch {parsed.GetRequiredValue(Id)}");
    }

    private static void Show(CliContext cli, ImportStatus status)
    {
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(status);
            return;
        }

        cli.Terminal.Write(Table([status]));
        foreach (var problem in status.Problems)
        {
            Terminal.WriteLine($"{problem.Source}: {problem.Reason}");
        }
    }

    private static TextTable Table(IEnumerable<ImportStatus> imports)
    {
        var table = new TextTable("Id", "State", "Total", "New", "Known", "Rejected", "Started", "What") { Numbers = ["Total", "New", "Known", "Rejected"] };
        foreach (var import in imports)
        {
            table.Add(
                import.Id,
                import.State.ToWord(),
                Figures.Count(import.Total),
                Figures.Count(import.Accepted),
                Figures.Count(import.Duplicate),
                Figures.Count(import.Rejected),
                Figures.Instant(import.CreatedAt),
                import.Name);
        }

        return table;
    }
}
