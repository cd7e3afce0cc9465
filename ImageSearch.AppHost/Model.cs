using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.AppHost;

/// <summary>A declared model: where it comes from, how pictures become its input, and how many processes serve it.</summary>
internal sealed partial record Model
{
    private const string Rpc = "Rpc";
    private const string Graph = "Hnsw";
    private const string Mapped = "Mapped";

    private static readonly string[] Algorithms = ["Exact", Graph];
    private static readonly string[] Places = ["Memory", Mapped];
    private static readonly string[] QueryTransports = ["Http", Rpc];

    /// <summary>Lower-case letters, digits and single hyphens; part of resource names, queues and tables.</summary>
    public string Name { get; init; } = "";

    /// <summary>Changes whenever vectors of old and new cannot be compared; everything is embedded anew.</summary>
    public string Version { get; init; } = "1";

    /// <summary>An ONNX file: a path (relative ones start at the extractor's own directory) or an http(s) URL.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of that file, 64 hexadecimal digits; the extractor loads nothing else.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Length of the embedding.</summary>
    public int Dimension { get; init; }

    public ModelInput Input { get; init; } = new();

    public ModelOutput Output { get; init; } = new();

    /// <summary>The encoder for searches by words; null: the model has none.</summary>
    public ModelText? Text { get; init; }

    /// <summary>Share of the searches that name no model; 0 for none.</summary>
    public double Weight { get; init; } = 1;

    public Replicas ExtractorReplicas { get; init; } = 1;

    public int IndexShards { get; init; } = 2;

    public int IndexReplicas { get; init; } = 1;

    public string Algorithm { get; init; } = "Exact";

    /// <summary>Parameters of <c>Hnsw</c>.</summary>
    public ModelHnsw Hnsw { get; init; } = new();

    /// <summary>Where the float32 vectors lie: <c>Memory</c> (when null), or <c>Mapped</c> from a file.</summary>
    public string? IndexRows { get; init; }

    /// <summary>Memory of an index server at most, in MiB; null or 0: no limit.</summary>
    public int? IndexMemoryLimitMiB { get; init; }

    /// <summary>Fraction of the searches that are replayed exactly to know the recall; null: the index server's own, 0.01.</summary>
    public double? IndexRecallSample { get; init; }

    /// <summary>Pause between two snapshots of an index; zero: none are kept. Null: the index server's own, 5 minutes.</summary>
    public TimeSpan? IndexSnapshotInterval { get; init; }

    /// <summary>How a query reaches an extractor: <c>Http</c>, or <c>Rpc</c> through the broker, which takes the servers backend.</summary>
    public string QueryTransport { get; init; } = "Http";

    /// <summary>Models of the section <c>Models</c>; what cannot be read is added to the problems.</summary>
    public static Model[] FromConfiguration(IConfiguration configuration, List<string> problems)
    {
        try
        {
            return configuration.GetSection("Models").Get<Model[]>(o => o.ErrorOnUnknownConfiguration = true) ?? [];
        }
        catch (InvalidOperationException e)
        {
            problems.Add($"Models: {Explain(e)}");
            return [];
        }
    }

    /// <summary>The binder speaks of its options and of types; whoever declared a model wants to know which field is wrong.</summary>
    private static string Explain(InvalidOperationException error)
    {
        var message = error.InnerException?.Message ?? error.Message;
        return UnknownFields().Match(message) is { Success: true } unknown
            ? $"there is no field {unknown.Groups["fields"].Value} in a {unknown.Groups["type"].Value}; its fields are {FieldsOf(unknown.Groups["type"].Value)}."
            : UnreadableValue().Match(message) is { Success: true } value
                ? $"'{value.Groups["value"].Value}', the value of {value.Groups["key"].Value}, cannot be read as {KindOf(value.Groups["type"].Value)}."
                : message;
    }

    private static string KindOf(string type) => type switch
    {
        "Int32" => "a whole number",
        "TimeSpan" => "a time such as 00:05:00",
        _ => "a number",
    };

    private static string FieldsOf(string type) => string.Join(
        ", ", (typeof(Model).Assembly.GetType($"{typeof(Model).Namespace}.{type}") ?? typeof(Model)).GetProperties().Select(p => p.Name).Where(n => n != "EqualityContract"));

    /// <summary>Everything that is wrong with the declarations, so that one start shows it all.</summary>
    public static IEnumerable<string> Problems(IReadOnlyCollection<Model> models, string backend)
    {
        foreach (var name in models.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"Model '{name}' is declared more than once: give each its own name.";
        }

        foreach (var model in models)
        {
            string[] problems =
            [
                .. model.OwnProblems(backend), .. model.IndexProblems(), .. model.Input.Problems(), .. model.Output.Problems(), .. model.Text?.Problems() ?? [],
            ];
            foreach (var problem in problems)
            {
                yield return $"Model '{model.Name}': {problem}";
            }
        }

        if (models.All(m => m.Weight <= 0))
        {
            yield return "At least one model needs a Weight above 0.";
        }
    }

    private IEnumerable<string> OwnProblems(string backend) => Rules.Broken(
        (NamePattern().IsMatch(Name),
            "Name must be 1 to 32 lower-case letters, digits and single hyphens, starting and ending with a letter or digit."),
        (Version.Length > 0, "Version must not be empty."),
        (Source.Length > 0, "Source must be a path or an http(s) URL."),
        (Rules.IsSha256(Sha256), "Sha256 must be 64 hexadecimal digits."),
        (Dimension is >= 1 and <= 8192, "Dimension must be between 1 and 8192."),
        (Weight >= 0 && double.IsFinite(Weight), "Weight must be 0 or more."),
        (ExtractorReplicas.IsValid, "ExtractorReplicas must be between 1 and 64."),
        (IndexShards is >= 1 and <= 1024, "IndexShards must be between 1 and 1024 (there are 1024 buckets)."),
        (IndexReplicas is >= 1 and <= 64, "IndexReplicas must be between 1 and 64."),
        (Algorithms.Contains(Algorithm), Algorithm == "ExactInt8"
            ? "Algorithm ExactInt8 is called Exact now: write Exact."
            : $"Algorithm '{Algorithm}' is unknown: use {string.Join(" or ", Algorithms)}."),
        (QueryTransports.Contains(QueryTransport), $"QueryTransport '{QueryTransport}' is unknown: use {string.Join(" or ", QueryTransports)}."),
        (QueryTransport != Rpc || backend == Backend.Servers, "QueryTransport Rpc goes through the broker: start with --backend servers."));

    private IEnumerable<string> IndexProblems() => Hnsw.Problems().Concat(Rules.Broken(
        (Algorithm == Graph || Hnsw == new ModelHnsw(), "Hnsw has parameters, and Algorithm is another: say Algorithm Hnsw."),
        (Hnsw.TargetRecall == 0 || IndexRecallSample != 0, "Hnsw:TargetRecall needs an IndexRecallSample above 0: ef is tuned from searches that are replayed."),
        (IndexRows is null || Places.Contains(IndexRows), $"IndexRows '{IndexRows}' is unknown: use {string.Join(" or ", Places)}."),
        (IndexMemoryLimitMiB is null or (>= 0 and <= 16 * 1024 * 1024), "IndexMemoryLimitMiB must be between 0 (no limit) and 16777216."),
        (IndexRecallSample is null or (>= 0 and <= 1), "IndexRecallSample must be between 0 (no search is replayed) and 1."),
        (IndexSnapshotInterval is null || (IndexSnapshotInterval >= TimeSpan.Zero && IndexSnapshotInterval <= TimeSpan.FromDays(1)),
            "IndexSnapshotInterval must be between 00:00:00 (no snapshots) and 1.00:00:00.")));

    [GeneratedRegex(@"properties were not found on the instance of [\w.]*?(?<type>\w+): (?<fields>.+)\z", RegexOptions.Singleline)]
    private static partial Regex UnknownFields();

    [GeneratedRegex(@"value '(?<value>.*)' at '(?<key>[^']+)' to type '[\w.]*?(?<type>\w+)'")]
    private static partial Regex UnreadableValue();

    [GeneratedRegex(@"\A(?=.{1,32}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex NamePattern();
}
