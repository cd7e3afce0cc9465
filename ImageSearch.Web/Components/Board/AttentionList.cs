
namespace ImageSearch.Web.Components.Board;

/// <summary>Reads from a report what is wrong and what to do about it, worst first.</summary>
internal static class AttentionList
{
    private const double LongLag = 10;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<Attention> Of(SystemReport report) =>
        [.. Store(report).Concat(report.Models.SelectMany(model => Of(model, report))).OrderBy(
            attention => attention.Severity == "error" ? 0 : 1)];

    private static IEnumerable<Attention> Store(SystemReport report)
    {
        if (report.Models.FirstOrDefault(model => model.Error is not null) is { } model)
        {
            yield return new Attention("error", $"{model.Error} Searches by a file work; adding, listing and deleting do not.");
        }
    }

    private static IEnumerable<Attention> Of(ModelReport model, SystemReport report)
    {
        foreach (var shard in model.Shards)
        {
            foreach (var attention in Of(model, shard))
            {
                yield return attention;
            }
        }

        foreach (var attention in Extractors(model))
        {
            yield return attention;
        }

        if (model.Failed > 0)
        {
            yield return new Attention(
                "warning", $"{Figures.Pictures(model.Failed)} failed in {model.Name}.",
                $"/failures?model={Uri.EscapeDataString(model.Name)}", "See why");
        }

        if (report.Queues.FirstOrDefault(queue => queue.Model == model.Name) is { Waiting: > 0, Working: 0 } queue && IsIdle(report.History)
            && (model.Extractors.Count == 0 || model.Extractors.Any(extractor => extractor.State == "ready")))
        {
            yield return new Attention(
                "warning", $"{Figures.Pictures(queue.Waiting)} {(queue.Waiting == 1 ? "waits" : "wait")} for {model.Name} and nothing was embedded for a minute: see whether its extractor runs.");
        }
    }

    private static IEnumerable<Attention> Extractors(ModelReport model)
    {
        if (model.Extractors.Count > 0 && !model.Extractors.Any(extractor => extractor.State == "ready"))
        {
            const string Until = "searches by a file cannot use this model, and new pictures wait for it";
            yield return model.Extractors.Any(extractor => extractor.State == "loading")
                ? new Attention("warning", $"The extractor of {model.Name} {model.Extractors.First(extractor => extractor.State == "loading").Error}. Until it is ready, {Until}.")
                : new Attention("error", $"No extractor of {model.Name} answers: {Until}. Its log says why.");
            yield break;
        }

        foreach (var extractor in model.Extractors.Where(extractor => extractor.Error is not null))
        {
            yield return new Attention(
                "warning", $"The extractor {extractor.Address} of {model.Name} {extractor.Error}; its other replicas work for it.");
        }
    }

    private static IEnumerable<Attention> Of(ModelReport model, SystemShard shard)
    {
        var name = model.Shards.Count > 1 ? $"shard {shard.Shard} of {model.Name}" : model.Name;
        if (!shard.Replicas.Any(replica => replica.Answers))
        {
            var loads = shard.Replicas.Any(replica => replica.State == "loading");
            yield return loads
                ? new Attention("warning", $"The index of {name} is loading: until it has caught up, searches do without it.")
                : new Attention("error", $"No index server of {name} answers: searches miss its pictures.");
            yield break;
        }

        foreach (var replica in shard.Replicas)
        {
            if (replica.Error is { } error)
            {
                yield return new Attention(
                    "warning", $"The index server {replica.Address} of {name} {error}; its other replicas answer for it.");
            }
            else if (replica.State == "full")
            {
                yield return new Attention("warning", $"The index server {replica.Address} of {name} is full and takes no more pictures: give it more memory, or the model more shards.");
            }
            else if (replica is { State: "ready", LagSeconds: > LongLag })
            {
                yield return new Attention(
                    "warning", $"The index server {replica.Address} of {name} is {Figures.Number(replica.LagSeconds)} s behind the store.");
            }
        }
    }

    private static bool IsIdle(HistoryReport history)
    {
        var steps = Math.Max(1, (int)(Idle.TotalSeconds / history.StepSeconds));
        return history.ExtractionRate.Count >= steps && history.ExtractionRate.TakeLast(steps).All(rate => rate == 0);
    }
}
