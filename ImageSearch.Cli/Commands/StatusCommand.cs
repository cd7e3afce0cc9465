using System.CommandLine;
using System.Globalization;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create() => new Command("status", "Show models, shards and queues.").WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var status = await cli.Client.GetSystemAsync(cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(status);
            return;
        }

        cli.Terminal.Write(Models(status));
        foreach (var model in status.Models.Where(model => model.Error is not null))
        {
            Terminal.Note($"{model.Name}: {model.Error}");
        }

        foreach (var (model, extractor) in status.Models.SelectMany(model => model.Extractors.Select(extractor => (model, extractor))).Where(pair => pair.extractor.Error is not null))
        {
            Terminal.Note($"{model.Name}: the extractor {extractor.Address} {extractor.Error}");
        }

        Terminal.WriteLine("");
        cli.Terminal.Write(Shards(status));
        if (Latest(status.History) is { } latest)
        {
            Terminal.WriteLine("");
            Terminal.WriteLine(latest);
        }
    }

    private static TextTable Models(SystemReport status)
    {
        var table = new TextTable("Model", "Version", "Weight", "Pictures", "Embedded", "Pending", "Failed", "Waiting", "Working", "Dead")
        {
            Numbers = ["Weight", "Pictures", "Embedded", "Pending", "Failed", "Waiting", "Working", "Dead"],
        };
        foreach (var model in status.Models)
        {
            var queue = status.Queues.FirstOrDefault(queue => queue.Model == model.Name);
            table.Add(
                model.Name, model.Version, model.Weight.ToString(CultureInfo.InvariantCulture), Figures.Count(model.Known),
                Figures.Count(model.Embedded),
                Figures.Count(model.Pending), Figures.Count(model.Failed), Figures.Count(queue?.Waiting), Figures.Count(queue?.Working),
                Figures.Count(queue?.Dead));
        }

        return table;
    }

    private static TextTable Shards(SystemReport status)
    {
        var table = new TextTable("Model", "Shard", "Replica", "State", "Vectors", "Lag", "Memory", "Error") { Numbers = ["Vectors", "Lag", "Memory"] };
        foreach (var (model, shard) in status.Models.SelectMany(model => model.Shards.Select(shard => (model, shard))))
        {
            foreach (var replica in shard.Replicas)
            {
                table.Add(
                    model.Name,
                    shard.Shard.ToString(CultureInfo.InvariantCulture),
                    replica.Address,
                    replica.State,
                    Figures.Count(replica.Count),
                    Figures.Seconds(replica.LagSeconds),
                    Figures.Bytes(replica.MemoryBytes),
                    replica.Error);
            }
        }

        return table;
    }

    /// <returns>Null right after the start.</returns>
    private static string? Latest(HistoryReport history)
    {
        if (history is not { SearchRate: [.., var searches], SearchP95: [.., var slow], ExtractionRate: [.., var extractions] })
        {
            return null;
        }

        var p95 = searches > 0 && slow is { } latency ? string.Create(CultureInfo.InvariantCulture, $" (p95 {latency:0.#} ms)") : "";
        return $"Now: {Figures.Rate(searches)} searches/s{p95}, {Figures.Rate(extractions ?? 0)} extractions/s.";
    }
}
