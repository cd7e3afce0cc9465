using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Search;

/// <summary>One result: the picture, how alike it is, and its near-duplicates, which the page's script opens in place.</summary>
public sealed partial class ResultTile : ComponentBase
{
    [Parameter, EditorRequired]
    public SearchResult Result { get; set; } = null!;

    /// <summary>Query parameters that a search by this picture keeps, each with a leading '&amp;'.</summary>
    [Parameter]
    public string Options { get; set; } = "";

    /// <summary>Where other models have the picture, in words; null for nowhere.</summary>
    [Parameter]
    public string? RankElsewhere { get; set; }

    private string Name => NameOf(Result.Id, Result.Source);

    private IReadOnlyList<DuplicateResult>? Copies => Result.Duplicates;

    private int CopyCount => Result.DuplicateCount ?? Copies!.Count;

    private (string Class, string Name, string Title)? Match => Result.Match switch
    {
        MatchKind.Exact => ("exact", "Identical", "The same file, byte for byte"),
        MatchKind.Same => ("same", "Same picture", "Another file of the same picture: re-encoded, resized or slightly cropped"),
        _ => null,
    };

    private string ScoreTitle =>
        Result.Relevance is { } relevance ? $"Score {Result.Score:0.000000}, relevance {relevance:P0}" : $"Score {Result.Score:0.000000}";

    /// <summary>A picture whose record cannot be read now is called by its id.</summary>
    private static string NameOf(ImageId id, string source) => source.Length > 0 ? source : $"{id.ToString()[..12]}…";

    private static string Invariant(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
