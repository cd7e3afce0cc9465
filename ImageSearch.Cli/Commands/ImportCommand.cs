using System.CommandLine;
using System.Diagnostics;
using ImageSearch.Cli.Importing;
using ImageSearch.Cli.Output;
using ImageSearch.Client;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch import</c>.</summary>
internal static class ImportCommand
{
    // With doubling waits these outlast a minute: a restart of the system does not end an import of hours.
    private const int Retries = 9;
    private const int DefaultParallel = 4;
    private const int ShownRejections = 20;

    private static readonly Argument<string[]> What = new("SOURCE")
    {
        Description = "Folders, files or URLs; - reads them from standard input, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Tags =
        new("--tag") { Description = "Tag for all of the pictures; may be repeated.", HelpName = "TAG" };
    private static readonly Option<bool> Everything =
        new("--all-files") { Description = "Send every file of a folder, whatever its name ends in." };
    private static readonly Option<bool> OnServer =
        new("--on-server") { Description = "SOURCE is a folder that the server reads, below a root that its operator allowed." };
    private static readonly Option<bool> Detach =
        new("--detach") { Description = "Do not follow what the server does by itself; print the import's id." };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait until the pictures can be found." };
    private static readonly Option<int> Parallel =
        new("--parallel") { Description = "Uploads at a time.", HelpName = "N", DefaultValueFactory = _ => DefaultParallel };
    private static readonly Option<int> Batch =
        new("--batch") { Description = "Files an upload.", HelpName = "N", DefaultValueFactory = _ => Batches.DefaultFiles };
    private static readonly Option<string?> State =
        new("--state") { Description = "File that remembers what was sent. Default: one among the user's own state.", HelpName = "FILE" };
    private static readonly Option<bool> Fresh =
        new("--fresh") { Description = "Begin at the beginning, even if an earlier run was stopped." };

    public static Command Create() => new Command("import", "Add pictures: a folder of this machine, files, or URLs.")
    {
        What, Tags, Everything, OnServer, Detach, Wait, Parallel, Batch, State, Fresh,
    }.WithAction(RunAsync);

    private static async Task<int> RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Parallel) is < 1 or > 64 || parsed.GetValue(Batch) is < 1 or > 1000)
        {
            throw new UsageException("--parallel is from 1 to 64, --batch from 1 to 1000.");
        }

        var sources = parsed.GetRequiredValue(What).SelectMany(source => source == "-" ? Lines() : [source]).ToList();
        var tags = parsed.GetValue(Tags) ?? [];
        if (parsed.GetValue(OnServer))
        {
            return sources.Count == 1
                ? await FollowAsync(
                    cli, parsed, (await cli.Client.Imports.StartFolderAsync(sources[0], tags, cancellationToken)).Id, cancellationToken)
                : throw new UsageException("With --on-server, name one folder.");
        }

        var urls = sources.Where(Sources.IsUrl).ToList();
        var paths = sources.Where(source => !Sources.IsUrl(source)).ToList();
        if (urls.Count > 0 && paths.Count > 0)
        {
            throw new UsageException("Import either what this machine has or what the server fetches: files and folders, or URLs.");
        }

        return urls.Count > 0
            ? await FollowAsync(cli, parsed, (await cli.Client.Imports.StartAsync(urls, tags, cancellationToken)).Id, cancellationToken)
            : await SendAsync(cli, parsed, paths, tags, cancellationToken);
    }

    private static async Task<int> SendAsync(
        CliContext cli, ParseResult parsed, List<string> paths, string[] tags, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var walk = new FolderWalk(parsed.GetValue(Everything));
        foreach (var path in paths)
        {
            walk.Add(path, cancellationToken);
        }

        using var journal = ImportJournal.Open(
            parsed.GetValue(State), [cli.Server.ToString(), .. tags.Order(StringComparer.Ordinal), .. paths.Select(Path.GetFullPath)],
            parsed.GetValue(Fresh));
        var files = walk.Files.Where(file => !journal.Contains(file)).ToList();
        var before = walk.Files.Count - files.Count;
        if (before > 0)
        {
            Terminal.Note(
                $"Going on: {Figures.Count(before)} of {Figures.Pictures(walk.Files.Count)} were sent before (--fresh begins again).");
        }

        var tally = new ImportTally(files.Count, files.Sum(file => file.Length));
        walk.Unreadable.ForEach(folder => tally.Rejected(folder.Path, folder.Reason));
        using var client = cli.CreatePatientClient(Retries);
        if (files.Count > 0)
        {
            // Whether anybody is there is known at once, and not after a patient minute.
            await cli.Client.GetModelsAsync(cancellationToken);
            try
            {
                var import = new LocalImport(client, journal, tally, tags);
                await new ProgressView(cli.Terminal, "Sent", tally.Sample).RunAsync(
                    () => import.RunAsync(Batches.Of(files, parsed.GetValue(Batch)), parsed.GetValue(Parallel), cancellationToken));
            }
            catch (Exception e) when (e is OperationCanceledException or ImageSearchException)
            {
                Terminal.Note(
                    $"{Figures.Count(tally.Settled)} of {Figures.Pictures(files.Count)} were sent. The same command goes on from here.");
                throw;
            }
        }

        var failures = parsed.GetValue(Wait) ? await WaitAsync(cli, client, tally.Ids, cancellationToken) : [];
        journal.Complete();
        List<ImportRejection> problems = [.. tally.Rejections, .. failures];
        Report(cli, new ImportSummary(
            walk.Files.Count, tally.Accepted, tally.Duplicate, tally.Rejections.Count, before, walk.Others,
            Math.Round(watch.Elapsed.TotalSeconds, 1), problems));
        return problems.Count > 0 ? ExitCode.SomeRejected : ExitCode.Good;
    }

    private static async Task<List<ImportRejection>> WaitAsync(
        CliContext cli, ImageSearchClient client, IReadOnlyList<ImageId> ids, CancellationToken cancellationToken)
    {
        var waiting = new Searchability(client, [.. ids.Distinct()]);
        await new ProgressView(cli.Terminal, "Searchable", waiting.Sample).RunAsync(() => waiting.RunAsync(cancellationToken));
        return waiting.Failures;
    }

    private static async Task<int> FollowAsync(CliContext cli, ParseResult parsed, string id, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Detach))
        {
            if (cli.Terminal.Json)
            {
                cli.Terminal.WriteJson(new ImportStarted(id));
            }
            else
            {
                Terminal.WriteLine(id);
            }

            return ExitCode.Good;
        }

        var watch = Stopwatch.StartNew();
        var status = await ServerImport.WatchAsync(cli, id, cancellationToken);
        Report(cli, new ImportSummary(
            status.Total ?? 0, status.Accepted, status.Duplicate, status.Rejected, 0, 0, Math.Round(watch.Elapsed.TotalSeconds, 1),
            [.. status.Problems.Select(problem => new ImportRejection(problem.Source, problem.Reason))], id));
        return status.Rejected > 0 ? ExitCode.SomeRejected : ExitCode.Good;
    }

    private static void Report(CliContext cli, ImportSummary summary)
    {
        if (cli.Terminal.Json)
        {
            Terminal.WriteJson(summary, CliJson.Default.ImportSummary);
            return;
        }

        Terminal.WriteLine(
            $"{Figures.Pictures(summary.Files)}: {Figures.Count(summary.Accepted)} new, {Figures.Count(summary.Duplicate)} known already, "
            + $"{Figures.Count(summary.Rejected)} rejected{(summary.SentBefore > 0 ? $", {Figures.Count(summary.SentBefore)} sent before" : "")}, "
            + $"in {Figures.Seconds(summary.Seconds)}.");
        if (summary.Passed > 0)
        {
            Terminal.Note(
                $"{Figures.Count(summary.Passed)} files that do not look like pictures were passed by (--all-files sends them, too).");
        }

        foreach (var problem in summary.Problems.Take(ShownRejections))
        {
            Terminal.Note($"{problem.Source}: {problem.Reason}");
        }

        if (summary.Problems.Count > ShownRejections)
        {
            Terminal.Note($"… and {Figures.Count(summary.Problems.Count - ShownRejections)} more (--json lists all).");
        }
    }

    private static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }
}
