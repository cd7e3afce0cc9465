using System.Globalization;
using ImageSearch.Core.Images;
using ImageSearch.Web.Search;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Search;

/// <summary>Shows the answer of a search.</summary>
public sealed partial class SearchAnswer : ComponentBase
{
    [Parameter, EditorRequired]
    public SearchResponse Response { get; set; } = null!;

    /// <summary>The picture that was searched by, which is no news among its own results.</summary>
    [Parameter]
    public ImageId? Except { get; set; }

    /// <summary>Query parameters that searches by a result keep, each with a leading '&amp;'.</summary>
    [Parameter]
    public string Options { get; set; } = "";

    private IReadOnlyList<SearchResult> Results { get; set; } = [];

    private IEnumerable<ShardReport> Failures => Response.Shards.Where(shard => shard.Error is not null);

    private string Heading => Results.Count == 1 ? "1 similar picture" : $"{Results.Count} similar pictures";

    private string Summary => Results.Count == 0 ? "Nothing found." : $"{Heading} found in {Response.TookMs.Total:0} ms{(Response.Partial ? ", some may be missing" : "")}.";

    private string Timing =>
        $"{Response.TookMs.Total:0} ms: decode {Response.TookMs.Decode:0.0}, embed {Response.TookMs.Embed:0.0}, search {Response.TookMs.Search:0.0}"
        + $" · model {Response.Model}";

    protected override void OnParametersSet() => Results = [.. Response.Results.Where(result => result.Id != Except)];

    /// <summary>A picture whose record cannot be read now is called by its id.</summary>
    private static string NameOf(SearchResult result) => result.Source.Length > 0 ? result.Source : $"{result.Id.ToString()[..12]}…";

    private static string Invariant(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
