using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Manage;

/// <summary>What a page changes, and what it says when that is done.</summary>
public sealed partial class ManageForm : ComponentBase
{
    internal const string Id = "manage";

    /// <summary>Does what the form asks for.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnSubmit { get; set; }

    /// <summary>What was done, in a sentence; null when nothing was asked for, or it failed.</summary>
    [Parameter]
    public string? Said { get; set; }

    /// <summary>Takes it back, as a value of the form's field <c>undo</c>; null when it cannot be.</summary>
    [Parameter]
    public string? Undo { get; set; }
}
