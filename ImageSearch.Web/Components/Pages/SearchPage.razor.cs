using ImageSearch.Core;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Web.Components.Search;
using ImageSearch.Web.Images;
using ImageSearch.Web.Search;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>
/// The search page. A search by words or by a picture of the collection is an address (<c>/?text=…</c>, <c>/?image=ID</c>), answered on the
/// server, so that it can be shared and gone back to. A search by a file or by an address on the web is the script's: bytes go straight to
/// the API, and no link makes this server fetch anything.
/// </summary>
public sealed partial class SearchPage : ComponentBase
{
    private const int RecentPictures = 18;

    /// <summary>Tiles that stand where results will be.</summary>
    private const int Placeholders = 12;

    /// <summary>Results at a time; scrolling brings more. The script asks for as many.</summary>
    private const int PageSize = 48;

    private ImageRecord? _image;
    private IReadOnlyList<ImageRecord> _recent = [];
    private IReadOnlyList<ModelAnswer> _answers = [];
    private string? _problem;
    private string _options = "";
    private long? _count;

    [SupplyParameterFromQuery]
    private string? Image { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Url { get; set; }

    [SupplyParameterFromQuery]
    private string[]? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? K { get; set; }

    [SupplyParameterFromQuery]
    private string? Tag { get; set; }

    [SupplyParameterFromQuery]
    private string? Crop { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private SearchService Search { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    [Inject]
    private IOptions<SearchOptions> SearchOptions { get; set; } = null!;

    private string? Address => string.IsNullOrEmpty(Image) && Words is null && !string.IsNullOrEmpty(Url) ? Url : null;

    private string? Words => string.IsNullOrWhiteSpace(Text) ? null : Text.Trim();

    private bool HasWords => Models.Value.HasWords;

    private string Title => HasWords ? "Search by picture or words" : "Search by picture";

    protected override async Task OnInitializedAsync() =>
        _problem = await Context.AttemptAsync(string.IsNullOrEmpty(Image) && Words is null ? WelcomeAsync : SearchAsync);

    /// <summary>
    /// What is there to start from. The page is for searching by a file, which needs no store: without one it is as good.
    /// </summary>
    private async Task WelcomeAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Context.RequestAborted);
        deadline.CancelAfter(SearchOptions.Value.DescribeTimeout);
        try
        {
            _count = await Store.CountAsync(deadline.Token);
            _recent = Address is null ? await ListSearchableAsync(deadline.Token) : [];
        }
        catch (Exception e) when (e is BackendUnavailableException or OperationCanceledException && !Context.RequestAborted.IsCancellationRequested)
        {
            _recent = [];
        }
    }

    // Searchable in all models; where one has no picture at all (it was just declared, or is broken), in any that has.
    private async Task<IReadOnlyList<ImageRecord>> ListSearchableAsync(CancellationToken cancellationToken)
    {
        ModelKey[] keys = [.. Models.Value.Select(model => model.Key)];
        foreach (var models in keys.Select(key => new[] { key }).Prepend(keys))
        {
            var filter = new ImageFilter { State = ImageState.Indexed, Models = models };
            var page = await Store.ListAsync(filter, RecentPictures, null, cancellationToken);
            if (page.Images.Count > 0)
            {
                return page.Images;
            }
        }

        return [];
    }

    private async Task SearchAsync()
    {
        _count = await Store.CountAsync(Context.RequestAborted);
        ImageId? id = string.IsNullOrEmpty(Image) ? null : ImageRequests.Id(Image);
        _image = id is { } named ? await Store.FindAsync(named, Context.RequestAborted) ?? throw Problem.UnknownImage(named) : null;
        var source = Source(id);
        var parameters = SearchParametersReader.Read(
            name => name switch { "k" => K, "tag" => Tag, "crop" => Crop, _ => null }, SearchOptions.Value);
        var models = (Model ?? []).Where(model => !string.IsNullOrEmpty(model)).Distinct().ToList();
        _options = string.Concat(
            [
                string.IsNullOrEmpty(K) ? "" : $"&k={parameters.K}",
                .. models.Select(model => $"&model={Uri.EscapeDataString(model)}"),
                parameters.Tag is null ? "" : $"&tag={Uri.EscapeDataString(parameters.Tag)}",
            ]);

        var count = string.IsNullOrEmpty(K) ? Math.Min(PageSize, SearchOptions.Value.MaximumResults) : parameters.K;
        parameters = parameters with { K = count, Group = true, Next = true };
        var query = new SearchQuery(source, parameters) { Excluded = _image is null ? [] : [_image.Id] };
        _answers = await ModelAnswer.SearchAsync(Search, query, models, Context.RequestAborted);
    }

    /// <summary>The words, with the picture where there is one.</summary>
    private QuerySource Source(ImageId? image)
    {
        var errors = new Dictionary<string, string[]>();
        var fields = new Dictionary<string, string> { [SearchExamplesReader.Text] = Words ?? "" };
        QuerySource source = (QuerySource?)SearchExamplesReader.Read(fields, null, image, errors) ?? new QuerySource.Stored(image!.Value);
        return errors.Count == 0 ? source : throw Problem.InvalidParameters(errors);
    }
}
