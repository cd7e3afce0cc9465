using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Layout;

/// <summary>What all pages have around them.</summary>
public sealed partial class MainLayout : LayoutComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    // With a base address a bare #content would lead to the start page's.
    private string SkipLink => $"{Navigation.ToAbsoluteUri(Navigation.Uri).PathAndQuery}#content";
}
