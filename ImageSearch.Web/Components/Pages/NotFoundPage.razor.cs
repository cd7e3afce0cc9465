using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Pages;

/// <summary>What addresses without a page show.</summary>
public sealed partial class NotFoundPage : ComponentBase
{
    [Parameter]
    public string? Path { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    protected override void OnInitialized() => Context.Response.StatusCode = StatusCodes.Status404NotFound;
}
