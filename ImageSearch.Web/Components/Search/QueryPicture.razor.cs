using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Search;

/// <summary>The picture that is searched by. A script fills it in when it is a file or an address.</summary>
public sealed partial class QueryPicture : ComponentBase
{
    // A picture of nothing: an img without src is not valid, one with an empty src would load this page again.
    private const string Blank = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

    /// <summary>A picture of the collection.</summary>
    [Parameter]
    public ImageRecord? Image { get; set; }

    /// <summary>Where the picture is on the web.</summary>
    [Parameter]
    public string? Address { get; set; }
}
