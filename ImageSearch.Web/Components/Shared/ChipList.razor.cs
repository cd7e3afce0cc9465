using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Shared;

/// <summary>What a model calls a picture, and the tags that people gave it.</summary>
public sealed partial class ChipList : ComponentBase
{
    [Parameter]
    public IReadOnlyList<Label>? Labels { get; set; }

    [Parameter]
    public IReadOnlyList<string> Tags { get; set; } = [];

    // Label files list synonyms: "tench, Tinca tinca".
    internal static string ShortName(string name) => name.Split(',')[0];
}
