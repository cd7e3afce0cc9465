using ImageSearch.Core;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Search;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>
/// The search page. A search by a picture of the collection is an address (<c>/?image=ID</c>), answered on the server, so that it can be
/// shared and gone back to; a search by a file is the script's, whose bytes go straight to the API.
/// </summary>
public sealed partial class SearchPage : ComponentBase
{
    private const int RecentPictures = 18;
    private const int DefaultCount = 24;

    // A picture of nothing: an img without src is not valid, one with an empty src would load this page again.
    private const string Blank = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

    private static readonly int[] Counts = [12, DefaultCount, 48, 99];

    private ImageRecord? _image;
    private IReadOnlyList<ImageRecord> _recent = [];
    private SearchResponse? _response;
    private string? _problem;
    private string _options = "";
    private long? _count;

    [SupplyParameterFromQuery]
    private string? Image { get; set; }

    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? K { get; set; }

    [SupplyParameterFromQuery]
    private string? Tag { get; set; }

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

    private int Count => int.TryParse(K, out var count) ? count : DefaultCount;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            await (string.IsNullOrEmpty(Image) ? WelcomeAsync() : SearchAsync(Images.ImageRequests.Id(Image)));
        }
        catch (ProblemException e)
        {
            _problem = e.Message;
            Context.AnswerWith(e.Status);
        }
        catch (BackendUnavailableException)
        {
            _problem = PageStatus.StoreIsAway;
            Context.AnswerWith(StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>What is there to start from. The page is for searching by a file, which needs no store: without one it is as good.</summary>
    private async Task WelcomeAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Context.RequestAborted);
        deadline.CancelAfter(SearchOptions.Value.DescribeTimeout);
        try
        {
            _count = await Store.CountAsync(deadline.Token);
            _recent = await ListSearchableAsync(deadline.Token);
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
            var filter = new ImageFilter { State = ExtractionState.Indexed, Models = models };
            var page = await Store.ListAsync(filter, RecentPictures, null, cancellationToken);
            if (page.Images.Count > 0)
            {
                return page.Images;
            }
        }

        return [];
    }

    private async Task SearchAsync(ImageId id)
    {
        _count = await Store.CountAsync(Context.RequestAborted);
        _image = await Store.FindAsync(id, Context.RequestAborted) ?? throw Problem.UnknownImage(id);
        var parameters = SearchParametersReader.Read(
            name => name switch { "k" => K, "model" => Model, "tag" => Tag, _ => null }, SearchOptions.Value);
        parameters = parameters with { K = string.IsNullOrEmpty(K) ? DefaultCount : parameters.K };
        _options = SearchLinks.Options(parameters, DefaultCount);

        // One more, because the picture itself is the first of its own results.
        var query = new SearchQuery(new QuerySource.Stored(id), parameters with { K = Math.Min(parameters.K + 1, SearchOptions.Value.MaximumResults) });
        _response = await Search.SearchAsync(query, Context.RequestAborted);
    }
}
