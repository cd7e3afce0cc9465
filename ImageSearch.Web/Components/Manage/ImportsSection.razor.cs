using System.Globalization;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Imports;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Components.Manage;

/// <summary>
/// How far the imports that the server carries out have come, those of pages closed long ago too. The page comes first and this follows it;
/// alone it is what the page's script puts in its place every second.
/// </summary>
public sealed partial class ImportsSection : ComponentBase
{
    private IReadOnlyList<ImportStatus> _imports = [];
    private IReadOnlyList<ImportProblem> _problems = [];
    private string? _problem;

    /// <summary>The import whose problems are shown; null for none.</summary>
    [Parameter]
    public string? Open { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private ImportStatusClient Imports { get; set; } = null!;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/import/list", Alone).ExcludeFromDescription();

    private static RazorComponentResult<ImportsSection> Alone(string? problems = null) =>
        new(new Dictionary<string, object?> { [nameof(Open)] = problems }) { PreventStreamingRendering = true };

    protected override async Task OnInitializedAsync()
    {
        try
        {
            _imports = await Imports.ListAsync(Context.RequestAborted);
            if (Open is not null)
            {
                ImportsApi.ThrowUnlessId(Open);
                _problems = (await Imports.FindAsync(Open, Context.RequestAborted))?.Problems ?? [];
            }
        }
        catch (ProblemException e)
        {
            _problem = e.Message; // by now the page's status has been sent
        }
    }

    private static string Address(string? open) => open is null ? "/import/list" : $"/import/list?problems={Uri.EscapeDataString(open)}";

    private static bool IsActive(ImportStatus import) => import.State is ImportState.Running or ImportState.Waiting;

    private static string TitleOf(ImportStatus import) => import.Kind == "folder" ? $"Folder {import.Name}"
        : import.Total > 1 ? $"{import.Total} addresses, the first {import.Name}"
        : import.Name.Length > 0 ? import.Name : "Addresses";

    private static string BadgeOf(ImportState state) =>
        state switch { ImportState.Done => "indexed", ImportState.Cancelled => "", _ => "pending" };

    private static long Settled(ImportStatus import) => import.Accepted + import.Duplicate + import.Rejected;

    private static string StatusOf(ImportStatus import)
    {
        var verb = import.State is ImportState.Running or ImportState.Unknown ? "Importing" : $"{import.State}";
        var of = import.Total is { } total ? $" of {total}" : "";
        return $"{verb}: {Settled(import)}{of}, {import.Accepted} new, {import.Duplicate} known already, {import.Rejected} not imported.";
    }

    /// <summary>Null while it is not known how many there are: then the bar only shows that something goes on.</summary>
    private static long? ValueOf(ImportStatus import) => import.State == ImportState.Done ? Math.Max(1, import.Total ?? Settled(import))
        : import.Total is null && IsActive(import) ? null : Settled(import);

    private static string PaceOf(ImportStatus import)
    {
        if (import is not { State: ImportState.Running, Rate: > 0 and var rate })
        {
            return "";
        }

        var pace = $"{rate.ToString(rate >= 10 ? "0" : rate >= 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture)} pictures/s";
        return import.SecondsLeft is > 0 and var left ? $"{pace}, {Duration(left)} left" : pace;
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 55 => $"about {Math.Max(5, 5 * Math.Ceiling(seconds / 5))} s",
        < 90 * 60 => $"about {Math.Max(1, Math.Round(seconds / 60))} min",
        _ => $"about {Math.Round(seconds / 3600)} h",
    };
}
