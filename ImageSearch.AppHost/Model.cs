using System.Text.RegularExpressions;
using ImageSearch.Contracts;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.AppHost;

/// <summary>A declared model: what it is, and how many processes serve it.</summary>
internal sealed partial record Model : ModelDeclaration
{
    private const string Graph = "Hnsw";
    private const string Mapped = "Mapped";

    private static readonly string[] Algorithms = ["Exact", Graph];
    private static readonly string[] Places = ["Memory", Mapped];

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
                ? $"'{value.Groups["value"].Value}', the value of {value.Groups["key"].Value}, {Misread(value.Groups["type"].Value)}."
                : message;
    }

    private static string Misread(string type) => type switch
    {
        "Int32" => "cannot be read as a whole number",
        "TimeSpan" => "cannot be read as a time such as 00:05:00",
        _ when TypeNamed(type) is { IsEnum: true } words => $"is unknown: use {string.Join(" or ", Enum.GetNames(words))}",
        _ => "cannot be read as a number",
    };

    private static string FieldsOf(string type) => string.Join(
        ", ", (TypeNamed(type) ?? typeof(Model)).GetProperties().Select(p => p.Name).Where(n => n != "EqualityContract"));

    private static Type? TypeNamed(string name) => new[] { typeof(Model), typeof(ModelDeclaration) }
        .Select(known => known.Assembly.GetType($"{known.Namespace}.{name}")).FirstOrDefault(type => type is not null);

    /// <summary>Everything that is wrong with the declarations, so that one start shows it all.</summary>
    public static IEnumerable<string> Problems(IReadOnlyCollection<Model> models, string backend)
    {
        foreach (var name in models.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"Model '{name}' is declared more than once: give each its own name.";
        }

        foreach (var model in models)
        {
            foreach (var problem in model.Problems().Concat(model.OwnProblems(backend)).Concat(model.IndexProblems()))
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
        (
            !string.IsNullOrEmpty(Sha256) && Text is not { Sha256: null or "" },
            "Sha256 must be 64 hexadecimal digits, of the model and of its text encoder."),
        (Weight >= 0 && double.IsFinite(Weight), "Weight must be 0 or more."),
        (ExtractorReplicas.IsValid, "ExtractorReplicas must be between 1 and 64."),
        (IndexShards is >= 1 and <= 1024, "IndexShards must be between 1 and 1024 (there are 1024 buckets)."),
        (IndexReplicas is >= 1 and <= 64, "IndexReplicas must be between 1 and 64."),
        (Algorithms.Contains(Algorithm), Algorithm == "ExactInt8"
            ? "Algorithm ExactInt8 is called Exact now: write Exact."
            : $"Algorithm '{Algorithm}' is unknown: use {string.Join(" or ", Algorithms)}."),
        (
            QueryTransport != QueryTransport.Rpc || backend == Backend.Servers,
            "QueryTransport Rpc goes through the broker: start with --backend servers."));

    private IEnumerable<string> IndexProblems() => Hnsw.Problems().Concat(Rules.Broken(
        (Algorithm == Graph || Hnsw == new ModelHnsw(), "Hnsw has parameters, and Algorithm is another: say Algorithm Hnsw."),
        (
            Hnsw.TargetRecall == 0 || IndexRecallSample != 0,
            "Hnsw:TargetRecall needs an IndexRecallSample above 0: ef is tuned from searches that are replayed."),
        (IndexRows is null || Places.Contains(IndexRows), $"IndexRows '{IndexRows}' is unknown: use {string.Join(" or ", Places)}."),
        (IndexMemoryLimitMiB is null or (>= 0 and <= 16 * 1024 * 1024), "IndexMemoryLimitMiB must be between 0 (no limit) and 16777216."),
        (IndexRecallSample is null or (>= 0 and <= 1), "IndexRecallSample must be between 0 (no search is replayed) and 1."),
        (IndexSnapshotInterval is null || (IndexSnapshotInterval >= TimeSpan.Zero && IndexSnapshotInterval <= TimeSpan.FromDays(1)),
            "IndexSnapshotInterval must be between 00:00:00 (no snapshots) and 1.00:00:00.")));

    [GeneratedRegex(@"properties were not found on the instance of [\w.]*?(?<type>\w+): (?<fields>.+)\z", RegexOptions.Singleline)]
    private static partial Regex UnknownFields();

    [GeneratedRegex(@"value '(?<value>.*)' at '(?<key>[^']+)' to type '[\w.]*?(?<type>\w+)'")]
    private static partial Regex UnreadableValue();
}
