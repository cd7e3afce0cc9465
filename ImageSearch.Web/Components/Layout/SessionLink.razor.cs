using ImageSearch.Web.Security;
using ImageSearch.Web.Security.Keys;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Layout;

/// <summary>The way to the page that takes a key, where keys are of any use.</summary>
public sealed partial class SessionLink : ComponentBase
{
    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IOptions<SecurityOptions> Options { get; set; } = null!;

    private KeyHolder? Holder => KeyHolder.Of(Context.User);

    private bool Shown => Holder is not null || Options.Value.RequireKey != KeyRequirement.None;
}
