using ImageSearch.Core.Imaging;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>Where pictures are added, a few or by the thousand. The work is the script's: files go straight to the API.</summary>
public sealed partial class ImportPage : ComponentBase
{
    [Inject]
    private IOptions<ImageLimits> Limits { get; set; } = null!;

    private long Megabytes => Limits.Value.MaximumBytes / 1_000_000;
}
