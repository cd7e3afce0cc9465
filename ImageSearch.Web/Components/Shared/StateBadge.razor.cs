using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Shared;

/// <summary>The state of a picture in a word.</summary>
public sealed partial class StateBadge : ComponentBase
{
    [Parameter, EditorRequired]
    public ImageState State { get; set; }

    private string Name => State switch
    {
        ImageState.Indexed => "Searchable",
        ImageState.Failed => "Failed",
        _ => "Waiting",
    };
}
