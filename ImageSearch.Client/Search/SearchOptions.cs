using System.Globalization;

namespace ImageSearch.Client.Search;

/// <summary>How to search. What is not set is the server's default.</summary>
public sealed record SearchOptions
{
    /// <summary>Results at most, 1..100; with <see cref="Group"/> it counts groups.</summary>
    public int? K { get; init; }

    /// <summary>Name of the model; without it the topology's weights choose, and the answer says which.</summary>
    public string? Model { get; init; }

    /// <summary>Lowest score, -1..1.</summary>
    public double? MinScore { get; init; }

    /// <summary>Only pictures with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>The part of the picture to search by.</summary>
    public CropRectangle? Crop { get; init; }

    /// <summary>Candidates that an approximate index looks at in each shard.</summary>
    public int? Ef { get; init; }

    /// <summary>Folds near-duplicates into one result.</summary>
    public bool? Group { get; init; }

    /// <summary>Leaves out what is below the model's cut-off.</summary>
    public bool? Relevant { get; init; }

    /// <summary>
    /// Asks for the cursor of the following page however long it is: that of a search by a file or an address holds its vector.
    /// </summary>
    public bool? Next { get; init; }

    /// <summary>The same text is answered by the same model, where none is named.</summary>
    public string? Sticky { get; init; }

    /// <summary>How long the search may take in all; what is not found by then is missing from the answer.</summary>
    public TimeSpan? Deadline { get; init; }

    internal IEnumerable<(string Name, string Value)> Parameters()
    {
        (string Name, string? Value)[] all =
        [
            ("k", K?.ToString(CultureInfo.InvariantCulture)),
            ("model", Model),
            ("minScore", MinScore?.ToString("R", CultureInfo.InvariantCulture)),
            ("tag", Tag),
            ("crop", Crop?.ToString()),
            ("ef", Ef?.ToString(CultureInfo.InvariantCulture)),
            ("group", Word(Group)),
            ("relevant", Word(Relevant)),
            ("next", Word(Next)),
            ("sticky", Sticky),
        ];
        return from parameter in all where parameter.Value is not null select (parameter.Name, parameter.Value!);
    }

    internal IReadOnlyList<(string Name, string Value)> Headers() => Deadline is { } deadline
        ? [("X-Deadline-Ms", Math.Max(1, (long)deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture))]
        : [];

    private static string? Word(bool? value) => value switch { null => null, true => "true", false => "false" };
}
