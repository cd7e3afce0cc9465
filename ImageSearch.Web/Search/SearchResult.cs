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
    [property: Description("Address of a small version, relative to this server.")] string Thumbnail);
