using System.ComponentModel;
using System.Text.Json.Serialization;
using ImageSearch.Core.Images;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Search;

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
    [Description("How much the score means in this collection, 0..1, six decimals: 0 is what unrelated pictures have, 0.5 is the cut-off, 1 is `cutOff.samePicture` and more. Absent while there is no cut-off.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Relevance { get; init; }

    [Description("`exact` (the same bytes as the query), `same` (the same picture, by comparing pixels, whatever its score), `similar` (above the cut-off) or `unrelated` (below it). Absent while there is no cut-off, unless exact or same.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MatchKind? Match { get; init; }

    [Description("With `group=true`: other copies of the picture that were found, best first, at most 20. Absent when there are none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DuplicateResult>? Duplicates { get; init; }

    [Description("With `group=true`: how many other copies were found. Absent when there are none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DuplicateCount { get; init; }
}
