using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Web.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>The collection, newest first, with what became of each picture.</summary>
public sealed partial class CollectionPage : ComponentBase
{
    /// <summary>The smallest is the default; the largest is still one screenful of scrolling, and one bulk change.</summary>
    private static readonly int[] Sizes = [48, 120, 240];

    private static readonly (string State, string Name)[] Tabs = [("", "All"), ("indexed", "Searchable"), (
        "pending", "Waiting"), ("failed", "Failed")];

    private IReadOnlyList<Card> _cards = [];
    private string? _next;
    private string? _problem;
    private long? _count;

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Tag { get; set; }

    /// <summary>Judge the state for this model only.</summary>
    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? Size { get; set; }

    [SupplyParameterFromQuery]
    private string? Cursor { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    private int PageSize =>
        int.TryParse(Size, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && Sizes.Contains(size) ? size : Sizes[0];

    private string FailuresLink => string.IsNullOrEmpty(Model) ? "/failures" : $"/failures?model={Uri.EscapeDataString(Model)}";

    // How many a filter leaves over is not known: the collection is read a page at a time.
    private string Shown
    {
        get
        {
            var state = State switch { "indexed" => " that are searchable", "pending" => " that are waiting", "failed" => " that have failed", _ => "" };
            var tag = string.IsNullOrEmpty(Tag) ? "" : $" with the tag {Tag}";
            state += state.Length == 0 || string.IsNullOrEmpty(Model) ? "" : $" in {Model}";
            return state.Length + tag.Length > 0
                ? $"Pictures{tag}{state}"
                : _count switch { null => "Pictures", 1 => "1 picture", _ => $"{_count:N0} pictures" };
        }
    }

    protected override async Task OnInitializedAsync() => _problem = await Context.AttemptAsync(ReadAsync);

    private async Task ReadAsync()
    {
        _count = await Store.CountAsync(Context.RequestAborted);
        if (FollowedPage() is { } pictures)
        {
            var records = await Store.FindAsync(pictures, Context.RequestAborted);
            _cards = await DescribeAsync([.. pictures.Where(records.ContainsKey).Select(id => records[id])]);
            return;
        }

        var page = await ListAsync();
        _next = page.Next;
        _cards = await DescribeAsync(page.Images);
    }

    private async Task<ImagePage> ListAsync()
    {
        var filter = ImageRequests.Filter(State, Model, Tag, Models.Value);
        try
        {
            return await Store.ListAsync(filter, PageSize, string.IsNullOrEmpty(Cursor) ? null : Cursor, Context.RequestAborted);
        }
        catch (FormatException)
        {
            throw Problem.InvalidParameter("cursor", "There is no such page of the collection. Start again from the newest pictures.");
        }
    }

    private async Task<IReadOnlyList<Card>> DescribeAsync(IReadOnlyList<ImageRecord> images)
    {
        ImageId[] ids = [.. images.Select(image => image.Id)];
        var extractions = new List<IReadOnlyDictionary<ImageId, Extraction>>();
        foreach (var model in Models.Value)
        {
            extractions.Add(await Store.FindExtractionsAsync(model.Key, ids, Context.RequestAborted));
        }

        return [.. images.Select(image => new Card(image, [.. extractions.Select(model => model.GetValueOrDefault(image.Id))]))];
    }

    private string Link(string state, string? cursor, bool withoutTag = false, string? page = null)
    {
        string?[] parameters =
        [
            state.Length > 0 ? $"state={state}" : null,
            string.IsNullOrEmpty(Tag) || withoutTag ? null : $"tag={Uri.EscapeDataString(Tag)}",
            string.IsNullOrEmpty(Model) ? null : $"model={Uri.EscapeDataString(Model)}",
            PageSize == Sizes[0] ? null : string.Create(CultureInfo.InvariantCulture, $"size={PageSize}"),
            cursor is null ? null : $"cursor={Uri.EscapeDataString(cursor)}",
            page is null ? null : $"page={page}&follow={_follow}",
        ];
        var query = string.Join('&', parameters.Where(parameter => parameter is not null));
        return query.Length > 0 ? $"/collection?{query}" : "/collection";
    }

    /// <param name="Extractions">One entry per declared model; null when the model has not come to the picture.</param>
    private sealed record Card(ImageRecord Image, IReadOnlyList<Extraction?> Extractions)
    {
        public IReadOnlyList<Extraction> Failures { get; } = [.. Extractions.OfType<Extraction>().Where(
            extraction => extraction.State == ImageState.Failed)];

        /// <summary>No model could read it: the chances are that it has no thumbnail either.</summary>
        public bool IsUnreadable => Failures.Count > 0 && !Extractions.Any(extraction => extraction?.State == ImageState.Indexed);

        public ImageState State =>
            Failures.Count > 0 ? ImageState.Failed
            : Extractions.All(extraction => extraction?.State == ImageState.Indexed) ? ImageState.Indexed
            : ImageState.Pending;
    }
}
