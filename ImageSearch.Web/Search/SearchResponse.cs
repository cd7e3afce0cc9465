using System.ComponentModel;
using System.Text.Json.Serialization;
using ImageSearch.Web.Relevance;

namespace ImageSearch.Web.Search;

/// <summary>Answer of a search.</summary>
/// <param name="Model">Model that answered.</param>
/// <param name="Version">Its version: scores of different models or versions cannot be compared.</param>
/// <param name="Results">Best first; ties by id.</param>
/// <param name="Partial">True when a shard did not answer: pictures may be missing.</param>
/// <param name="Undescribed">True when the records could not be read: sources and tags may be missing. Absent otherwise.</param>
/// <param name="Shards">What each shard contributed.</param>
/// <param name="TookMs">Milliseconds.</param>
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
    [Description("From which score on a result means something; null while it cannot be estimated: fewer than 30 pictures, or no shard to ask.")]
    public CutOff? CutOff { get; init; }

    [Description("How many of the found pictures are below the cut-off; with `relevant=true` they are left out of the results.")]
    public int BelowCutOff { get; init; }

    [Description("Send it as `cursor` to get the results after these; null when there are none, 1,000 were given, or `more` is true.")]
    public string? Next { get; init; }

    [Description("True when more results follow and their `next` is left out, because it has more than 512 characters: search with `next=true` to get it. Absent otherwise.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? More { get; init; }
}
