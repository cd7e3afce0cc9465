using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Images;
using ImageSearch.Web.Search;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>
/// One picture: large, with its record, its state in every model and what looks like it. The search page shows the same in a dialog.
/// </summary>
public sealed partial class PicturePage : ComponentBase
{
    private const int MaximumLabels = 5;
    private const int SimilarPictures = 16;

    private ImageDetails? _details;
    private IReadOnlyList<SearchResult> _similar = [];
    private string? _similarProblem;
    private string? _problem;
    private string? _said;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private SearchService Search { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    [Inject]
    private IOptions<SearchOptions> SearchOptions { get; set; } = null!;

    [Inject]
    private FailureRetrier Retrier { get; set; } = null!;

    [Inject]
    private ImageRemover Remover { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromForm]
    private string? Retry { get; set; }

    [SupplyParameterFromForm]
    private string? Delete { get; set; }

    private bool IsWaiting => _details!.Models.Any(model => model.State == ImageState.Pending);

    private IReadOnlyList<Label>? Labels => _details?.Models.FirstOrDefault(model => model.Labels is not null)?.Labels;

    private bool HasFailed => _details!.Models.Any(model => model.State == ImageState.Failed);

    private bool IsUnreadable => HasFailed && !_details!.Models.Any(model => model.State == ImageState.Indexed);

    private string Kilobytes =>
        _details!.Bytes < 1_000_000 ? $"{_details.Bytes / 1000.0:0.#} kB" : $"{_details.Bytes / 1_000_000.0:0.#} MB";

    private string Curl => $"curl '{Context.Request.Scheme}://{Context.Request.Host}{ApiAddress.Prefix}/images/{_details!.Id}/similar'";

    protected override async Task OnInitializedAsync() => _problem = await Context.AttemptAsync(ReadAsync);

    private async Task ReadAsync()
    {
        var id = ImageRequests.Id(Id);
        var image = await Store.FindAsync(id, Context.RequestAborted) ?? throw Problem.UnknownImage(id);
        _details = ImagesApi.Details(image, Models.Value, await Store.FindExtractionsAsync(id, Context.RequestAborted));
        await FindSimilarAsync(id);
    }

    private async Task ManageAsync()
    {
        _problem = await Context.AttemptAsync(ChangeAsync);
        if (_problem is null && Delete is not null)
        {
            Navigation.NavigateTo("/collection");
            return;
        }

        _problem ??= await Context.AttemptAsync(ReadAsync);
    }

    private async Task ChangeAsync()
    {
        if (Retry is not null)
        {
            var filter = new FailureFilter { Models = ImageRequests.Models(null, Models.Value), Ids = [ImageRequests.Id(Id)] };
            await Retrier.RetryAsync(filter, Context.RequestAborted);
            _said = "It is tried again.";
        }
        else if (Delete is not null)
        {
            await Remover.RemoveAsync(ImageRequests.Id(Id), Context.RequestAborted);
        }
    }

    // Only by a vector that is there: the page does not wait for a picture to be embedded, nor fail because no search can be had.
    private async Task FindSimilarAsync(ImageId id)
    {
        var indexed = _details!.Models.Where(model => model.State == ImageState.Indexed).Select(model => Models.Value.Named(model.Model)!);
        if (indexed.MaxBy(model => model.Weight) is not { } model)
        {
            return;
        }

        try
        {
            var parameters = new SearchParameters(
                Math.Min(SimilarPictures, SearchOptions.Value.MaximumResults), model.Name, Group: true, Relevant: true);
            var query = new SearchQuery(new QuerySource.Stored(id), parameters) { Excluded = [id] };
            _similar = (await Search.SearchAsync(query, Context.RequestAborted)).Results;
        }
        catch (ProblemException e)
        {
            _similarProblem = $"Similar pictures cannot be shown. {e.Message}";
        }
    }

    private static string Invariant(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
