using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Answer of a search.</summary>
public sealed record SearchResponse(
    [property: Description("Model that answered.")] string Model,
    [property: Description("Its version. Scores of different models or versions cannot be compared.")] string Version,
    [property: Description("Best first; ties by id.")] IReadOnlyList<SearchResult> Results,
    [property: Description("True when a shard did not answer: pictures may be missing.")] bool Partial,
    [property: Description("True when the records could not be read now: sources, tags and labels may be missing. Absent otherwise."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Undescribed,
    [property: Description("What each shard contributed.")] IReadOnlyList<ShardReport> Shards,
    [property: Description("Where the time went, in milliseconds; the same as the Server-Timing header.")] SearchTimes TookMs)
{
    [Description("What the model calls the picture that is searched by, best first; absent when the model has no labels, and for words or several examples.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Label>? Labels { get; init; }

    [Description(
        "From which score on a result means something; null while it cannot be estimated: fewer than 30 pictures, or no shard to ask.")]
    public CutOff? CutOff { get; init; }

    [Description("How many of the found pictures are below the cut-off; with `relevant=true` they are left out of the results.")]
    public int BelowCutOff { get; init; }

    [Description("Send it as `cursor` to get the results after these; null when there are none, 1,000 were given, or `more` is true.")]
    public string? Next { get; init; }

    [Description("True when more results follow and their `next` is left out, because it has more than 512 characters: search with `next=true` to get it. "
        + "Absent otherwise.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? More { get; init; }
}

/// <summary>A picture that a search found.</summary>
public sealed record SearchResult(
    ImageId Id,
    [property: Description("Cosine similarity, -1..1, six decimals.")] double Score,
    [property: Description("Where the picture came from: a file name or a URL. Data to show, never a path.")] string Source,
    IReadOnlyList<string> Tags,
    [property: Description("What the model calls it, best first; absent when the model has no labels."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Label>? Labels,
    [property: Description("Address of a small version, relative to this server.")] string Thumbnail)
{
    [Description("How much the score means in this collection, 0..1, six decimals: 0 is what unrelated pictures have, 0.5 is the cut-off, "
        + "1 is `cutOff.samePicture` and more. Absent while there is no cut-off.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Relevance { get; init; }

    [Description("`exact` (the same bytes as the query), `same` (the same picture, by comparing pixels, whatever its score), `similar` (above the cut-off) "
        + "or `unrelated` (below it). Absent while there is no cut-off, unless exact or same.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MatchKind? Match { get; init; }

    [Description("With `group=true`: other copies of the picture that were found, best first, at most 20. Absent when there are none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DuplicateResult>? Duplicates { get; init; }

    [Description("With `group=true`: how many other copies were found. Absent when there are none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DuplicateCount { get; init; }
}

/// <summary>A picture that is folded into a result because it is nearly the same.</summary>
public sealed record DuplicateResult(
    ImageId Id,
    [property: Description("Cosine similarity to the query, -1..1, six decimals.")] double Score,
    [property: Description("Where the picture came from: a file name or a URL. Data to show, never a path.")] string Source,
    [property: Description("Address of a small version, relative to this server.")] string Thumbnail);

/// <summary>What a result is to the query.</summary>
[JsonConverter(typeof(WordConverter<MatchKind>))]
public enum MatchKind
{
    /// <summary>A word that this version does not know.</summary>
    Unknown,

    /// <summary>As unlike as any two pictures of the collection.</summary>
    Unrelated,

    /// <summary>More alike than chance would have it.</summary>
    Similar,

    /// <summary>Another file of the same picture: their pixels were compared.</summary>
    Same,

    /// <summary>The same bytes.</summary>
    Exact,
}

/// <summary>
/// From which score on a result means something: estimated from how alike the pictures of the collection are to each other.
/// </summary>
public sealed record CutOff(
    [property: Description("Pictures with a lower score are as unlike the query as pictures of this collection are to each other.")]
    double Score,
    [property: Description("Relevance is 1 from this score on: hardly any two pictures but copies have it. Copies may have less, and what is one is said by `match`.")]
    double SamePicture,
    [property: Description("Pairs of pictures that it was estimated from.")] long Samples);

/// <summary>What one shard contributed to a search.</summary>
public sealed record ShardReport(
    int Shard,
    [property: Description("Vectors that it holds; null when it did not answer.")] long? Count,
    [property: Description("Milliseconds of the search in the shard; null when it did not answer.")] double? TookMs,
    [property: Description("Everything written before this time was searched.")] DateTimeOffset? IndexedThrough,
    [property: Description("Why it did not answer; absent when it did."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Error);

/// <summary>Milliseconds of a search: decoding and embedding (as the extractor measured them), the shards, and all of it.</summary>
public sealed record SearchTimes(double Decode, double Embed, double Search, double Total);

/// <summary>Answer of a batch of searches.</summary>
public sealed record BatchResponse(
    [property: Description("In the order of the pictures: each as of one search, or `error` with the problem that it has.")]
    IReadOnlyList<BatchAnswer> Answers,
    [property: Description(
        "Where the time went, in milliseconds; decoding and embedding summed up over the pictures, of which several are embedded at once.")]
    SearchTimes TookMs);

/// <summary>One search's answer, or why it has none: exactly one of the two is set.</summary>
[JsonConverter(typeof(BatchAnswerConverter))]
public sealed record BatchAnswer(SearchResponse? Response, ImageSearchProblem? Error);
