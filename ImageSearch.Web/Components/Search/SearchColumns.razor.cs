using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Search;

/// <summary>The answers of one model or of several, side by side.</summary>
public sealed partial class SearchColumns : ComponentBase
{
    private IReadOnlyDictionary<ModelAnswer, Dictionary<ImageId, int>> _ranks = new Dictionary<ModelAnswer, Dictionary<ImageId, int>>();

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelAnswer> Answers { get; set; } = [];

    /// <summary>The picture of the collection that was searched by; null when it was another one.</summary>
    [Parameter]
    public ImageId? Image { get; set; }

    /// <summary>The words that were searched by; null for none.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>Query parameters that searches by a result keep, each with a leading '&amp;'.</summary>
    [Parameter]
    public string Options { get; set; } = "";

    protected override void OnParametersSet() => _ranks = Answers.Where(answer => answer.Response is not null).ToDictionary(
        answer => answer, answer => answer.Response!.Results.Select((result, i) => (result.Id, Rank: i + 1)).ToDictionary(found => found.Id, found => found.Rank));

    /// <summary>Where the other models have the same picture: <c>clip 3.</c>; null where none has.</summary>
    private string? RankElsewhere(ModelAnswer own, ImageId id)
    {
        string[] others = [.. _ranks.Where(other => other.Key != own && other.Value.ContainsKey(id)).Select(
            other => $"{other.Key.Model} {other.Value[id]}.")];
        return others.Length == 0 ? null : string.Join(", ", others);
    }
}
