using ImageSearch.Web.OpenApi;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.OpenApi;

namespace ImageSearch.Web.Components.Pages;

/// <summary>The API's description for people, made from the one for programs.</summary>
public sealed partial class DocsPage : ComponentBase
{
    private IReadOnlyList<(string Group, IReadOnlyList<ApiOperation> Operations)> _groups = [];

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Origin => new Uri(Navigation.BaseUri).GetLeftPart(UriPartial.Authority);

    protected override async Task OnInitializedAsync()
    {
        var provider = Context.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiExtensions.DocumentName);
        _groups = ApiOperation.Read(await provider.GetOpenApiDocumentAsync(Context.RequestAborted));
    }
}
