using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Shared;

/// <summary>Shown instead of a picture that no model could read: its thumbnail would most likely be a broken image.</summary>
public sealed partial class PicturePlaceholder : ComponentBase
{
    [Parameter, EditorRequired]
    public string Source { get; set; } = "";
}
