using ImageSearch.Core.Imaging;
using ImageSearch.Web.Imports;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>
/// Where pictures are added, a few or by the thousand. Files of this computer go straight from the page's script to the API; what the
/// server imports by itself is asked for with a form.
/// </summary>
public sealed partial class ImportPage : ComponentBase
{
    private string? _said;
    private string? _problem;
    private string? _urls;
    private string? _folder;
    private int _changes;

    /// <summary>The import whose problems are shown.</summary>
    [SupplyParameterFromQuery]
    private string? Problems { get; set; }

    /// <summary>Which button was pressed: <c>urls</c> or <c>folder</c>. Enter presses the first, whichever field is filled in.</summary>
    [SupplyParameterFromForm]
    private string? Start { get; set; }

    [SupplyParameterFromForm]
    private string? Urls { get; set; }

    [SupplyParameterFromForm]
    private string? Folder { get; set; }

    [SupplyParameterFromForm]
    private string? Tags { get; set; }

    /// <summary>The import to stop.</summary>
    [SupplyParameterFromForm]
    private string? Cancel { get; set; }

    /// <summary>The import to go on with.</summary>
    [SupplyParameterFromForm]
    private string? Resume { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IOptions<ImageLimits> Limits { get; set; } = null!;

    [Inject]
    private ImportStatusClient Imports { get; set; } = null!;

    private long Megabytes => Limits.Value.MaximumBytes / 1_000_000;

    private async Task ChangeAsync()
    {
        _problem = await Context.AttemptAsync(Cancel is null && Resume is null ? StartAsync : GoOnAsync);
        (_urls, _folder) = _problem is null ? (null, null) : (Urls, Folder);
        _changes++; // the list is read anew
    }

    private async Task StartAsync()
    {
        string[] urls = (Urls ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var folder = (Folder ?? "").Trim();
        var byFolder = folder.Length > 0 && (Start == "folder" || urls.Length == 0);
        if (!byFolder && urls.Length == 0)
        {
            throw Problem.InvalidParameter(
                "urls", Start == "folder" ? "Name the folder to import." : "Give the addresses of pictures, one per line.");
        }

        string[] tags = [.. (Tags ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        await Imports.StartAsync(
            new ImportRequest(byFolder ? null : urls, byFolder ? folder : null, tags.Length == 0 ? null : tags), Context.RequestAborted);
        _said = "The import is started.";
    }

    private async Task GoOnAsync()
    {
        var (id, verb) = Cancel is null ? (Resume!, "resume") : (Cancel, "cancel");
        ImportsApi.ThrowUnlessId(id);
        _ = await Imports.ChangeAsync(id, verb, Context.RequestAborted) ?? throw ImportsApi.Unknown();
        _said = Cancel is null ? "The import goes on." : "The import is cancelled.";
    }
}
