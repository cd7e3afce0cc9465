using ImageSearch.Core.Store;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Shared;

/// <summary>The state of a picture in a word.</summary>
public sealed partial class StateBadge : ComponentBase
{
    [Parameter, EditorRequired]
    public ExtractionState State { get; set; }

    private string Name => State switch
    {
        ExtractionState.Indexed => "Searchable",
        ExtractionState.Failed => "Failed",
        _ => "Waiting",
    };
}
