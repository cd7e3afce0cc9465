using ImageSearch.Core.Models;
using ImageSearch.Web.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Search;

/// <summary>Shows the answer of a search: the nearest pictures, with a line where the cut-off is.</summary>
public sealed partial class SearchAnswer : ComponentBase
{
    private const int MaximumFacets = 8;
    private const int MaximumLabels = 3;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    [Parameter, EditorRequired]
    public SearchResponse Response { get; set; } = null!;

    /// <summary>The picture of the collection that was searched by; null when it was another one.</summary>
    [Parameter]
    public ImageId? Image { get; set; }

    /// <summary>The words that were searched by; null for none.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>Query parameters that searches by a result keep, each with a leading '&amp;'.</summary>
    [Parameter]
    public string Options { get; set; } = "";

    /// <summary>Where other models have a picture, in words; null for nowhere, or where there is one model.</summary>
    [Parameter]
    public Func<ImageId, string?>? RankElsewhere { get; set; }

    private IReadOnlyList<SearchResult> Results { get; set; } = [];

    private IReadOnlyList<SearchResult> Below { get; set; } = [];

    private bool HasWords => Models.Value.HasWords;

    // Tags that narrow the results down: one that all of them have does not.
    private IReadOnlyList<(string Tag, int Count)> Facets { get; set; } = [];

    private IEnumerable<ShardReport> Failures => Response.Shards.Where(shard => shard.Error is not null);

    private string Heading =>
        Count(Response.Next is not null && Below.Count == 0 ? "+" : "") + (Folded > 0 ? $", {Results.Count} shown" : "");

    private string Summary =>
        $"{(Response.Results.Count == 0 ? "Nothing found" : $"{Count("")}{(Results.Count > 0 ? " found" : "")} in {Response.TookMs.Total:0} ms")}"
        + $"{(Below.Count > 0 ? $", {Below.Count} less alike" : "")}{(Response.Partial ? ", some may be missing" : "")}.";

    private string Steps =>
        $": decode {Response.TookMs.Decode:0.0}, embed {Response.TookMs.Embed:0.0}, search {Response.TookMs.Search:0.0}";

    protected override void OnParametersSet()
    {
        var found = Response.Results.ToLookup(result => result.Match == MatchKind.Unrelated);
        Results = [.. found[false]];
        Below = [.. found[true]];
        Facets =
        [
            .. Results.SelectMany(result => result.Tags).CountBy(tag => tag)
                .Where(tag => tag.Value < Results.Count).OrderByDescending(tag => tag.Value).ThenBy(tag => tag.Key, StringComparer.Ordinal)
                .Take(MaximumFacets).Select(tag => (tag.Key, tag.Value)),
        ];
    }

    // The page's script counts in the same words when more pictures come.
    private string Count(string more) => (Results.Count + Folded) switch
    {
        0 => Below.Count > 0 ? "No picture is much like this" : "Nothing found",
        1 when Results[0].Match == MatchKind.Exact => "Only this picture itself",
        1 => "1 similar picture",
        var count => $"{count}{more} similar pictures",
    };

    private int Folded => Results.Sum(result => result.DuplicateCount ?? 0);

    // A search by a file has no address: there the page's script narrows it down, and without one the collection is what can be shown.
    private string TagLink(string tag) => Text is { } text
        ? $"/?text={Uri.EscapeDataString(text)}{(Image is null ? "" : $"&image={Image}")}&tag={Uri.EscapeDataString(tag)}"
        : Image is { } id
        ? $"{ImageLinks.Similar(id)}&tag={Uri.EscapeDataString(tag)}"
        : $"/collection?tag={Uri.EscapeDataString(tag)}";
}
