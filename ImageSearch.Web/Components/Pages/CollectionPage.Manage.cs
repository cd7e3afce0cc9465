using System.Buffers.Text;
using System.Text.Json;
using ImageSearch.Core.Store;
using ImageSearch.Web.Components.Board;
using ImageSearch.Web.Images;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Pages;

/// <summary>What a person does to pictures on this page. The form's answer is the page as it is then, with what became of it.</summary>
public sealed partial class CollectionPage
{
    private const string All = "all";
    private const string Selection = "selected";

    /// <summary>A longer page is not followed: its ids would stand in an address, of which servers take 8,000 characters.</summary>
    private const int MaximumFollowed = 120;

    private const int IdBytes = 32;

    private string? _said;
    private string? _undo;
    private string? _page;
    private string? _follow;

    /// <summary>The pictures of a page on which some are tried again: it keeps them, whatever their states become.</summary>
    [SupplyParameterFromQuery]
    private string? Page { get; set; }

    /// <summary>Which of them are tried again: an id, or all.</summary>
    [SupplyParameterFromQuery]
    private string? Follow { get; set; }

    /// <summary>The picture to try again, or all that failed.</summary>
    [SupplyParameterFromForm]
    private string? Retry { get; set; }

    /// <summary>The picture to delete, or those selected.</summary>
    [SupplyParameterFromForm]
    private string? Delete { get; set; }

    /// <summary>The pictures selected.</summary>
    [SupplyParameterFromForm(Name = "id")]
    private string[]? Selected { get; set; }

    /// <summary>Tags for those selected, separated by commas.</summary>
    [SupplyParameterFromForm]
    private string? Add { get; set; }

    [SupplyParameterFromForm]
    private string[]? Remove { get; set; }

    [SupplyParameterFromForm(Name = "tag")]
    private string? ChangeTags { get; set; }

    /// <summary>Changes of tags that take an earlier one back.</summary>
    [SupplyParameterFromForm]
    private string? Undo { get; set; }

    [Inject]
    private FailureRetrier Retrier { get; set; } = null!;

    [Inject]
    private ImageRemover Remover { get; set; } = null!;

    private IEnumerable<string> Tags =>
        _cards.SelectMany(card => card.Image.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private IEnumerable<Card> Followed =>
        _cards.Where(card => _page is not null && (_follow == All || _follow == card.Image.Id.ToString()));

    private bool IsWaiting => Followed.Any(card => card.State == ImageState.Pending);

    private string? Source => IsWaiting ? Link(State ?? "", Cursor, page: _page) : null;

    private string? Outcome
    {
        get
        {
            string[] sentences =
            [
                .. Sentence(ImageState.Indexed, "is searchable", "are searchable"),
                .. Sentence(ImageState.Failed, "has failed again", "have failed again"),
            ];
            return IsWaiting || sentences.Length == 0 ? null : string.Join(' ', sentences);

            IEnumerable<string> Sentence(ImageState state, string one, string many) => Followed.Count(card => card.State == state) switch
            {
                0 => [],
                1 => [$"1 picture {one}."],
                var count => [$"{Figures.Pictures(count)} {many}."],
            };
        }
    }

    private async Task ManageAsync()
    {
        var refusal = await Context.AttemptAsync(ChangeAsync);
        _problem = await Context.AttemptAsync(ReadAsync);
        _problem = refusal ?? _problem;
    }

    private async Task ChangeAsync()
    {
        if (Retry is not null)
        {
            await RetryAsync(Retry == All ? null : ImageRequests.Id(Retry));
        }
        else if (Delete is not null)
        {
            var ids = Delete == Selection ? SelectedIds() : [ImageRequests.Id(Delete)];
            var deleted = await Remover.RemoveAsync(ids, Context.RequestAborted);
            _said = Delete == Selection ? $"{Figures.Pictures(deleted)} deleted." : "Deleted.";
        }
        else if (ChangeTags is not null)
        {
            await ChangeTagsAsync();
        }
        else if (Undo is not null)
        {
            foreach (var change in BulkRequests.Read<TagImagesRequest[]>(Undo))
            {
                await BulkApi.ChangeTagsAsync(Store, change, Context.RequestAborted);
            }

            _said = "The tags are as they were.";
        }
    }

    private async Task RetryAsync(ImageId? id)
    {
        var filter = new FailureFilter { Models = ImageRequests.Models(null, Models.Value) };
        var retried = await Retrier.RetryAsync(id is { } one ? filter with { Ids = [one] } : filter, Context.RequestAborted);
        _said = id is not null ? "It is tried again."
            : retried == 1 ? "1 failed extraction is tried again."
            : $"{retried} failed extractions are tried again.";
        if (_cards.Count <= MaximumFollowed)
        {
            _follow = id?.ToString() ?? All;
            _page = Base64Url.EncodeToString([.. _cards.SelectMany(card => Convert.FromHexString(card.Image.Id.ToString()))]);
        }
    }

    private async Task ChangeTagsAsync()
    {
        string[] add = [.. (Add ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        string[] remove = [.. (Remove ?? []).Except(add, StringComparer.Ordinal)];
        if (add.Length + remove.Length == 0)
        {
            _said = "No tags were given.";
            return;
        }

        var ids = SelectedIds();
        var before = await Store.FindAsync(ids, Context.RequestAborted);
        var change = new TagImagesRequest([.. ids.Select(id => id.ToString())], add, remove);
        await BulkApi.ChangeTagsAsync(Store, change, Context.RequestAborted);
        var after = await Store.FindAsync(ids, Context.RequestAborted);
        // Pictures that were given the same change, together: so that taking it back is exact.
        TagImagesRequest[] back =
        [
            .. before.Values.Where(image => after.ContainsKey(image.Id))
                .Select(
                    image => (image.Id, Lost: Missing(image.Tags, after[image.Id].Tags), Got: Missing(after[image.Id].Tags, image.Tags)))
                .GroupBy(picture => (Lost: string.Join('\n', picture.Lost), Got: string.Join('\n', picture.Got)))
                .Where(group => group.Key.Lost.Length + group.Key.Got.Length > 0)
                .Select(group => new TagImagesRequest(
                    [.. group.Select(picture => picture.Id.ToString())], group.First().Lost, group.First().Got)),
        ];
        var changed = back.Sum(request => request.Ids!.Count);
        _said = changed == 0 ? "All of them have these tags already." : $"Tags of {Figures.Pictures(changed)} changed.";
        _undo = changed == 0 ? null : JsonSerializer.Serialize(back, JsonSerializerOptions.Web);

        static string[] Missing(IEnumerable<string> tags, IEnumerable<string> among) =>
            [.. tags.Except(among).Order(StringComparer.Ordinal)];
    }

    private IReadOnlyList<ImageId> SelectedIds() => BulkRequests.Ids(Selected);

    /// <summary>The pictures that this page keeps; null where it shows what its filter says.</summary>
    private ImageId[]? FollowedPage()
    {
        _page ??= Page;
        _follow ??= Follow;
        if (_page is null || !Base64Url.IsValid(_page))
        {
            return null;
        }

        var ids = Base64Url.DecodeFromChars(_page).Chunk(IdBytes).Take(MaximumFollowed);
        return [.. ids.Select(bytes => ImageRequests.Id(Convert.ToHexStringLower(bytes)))];
    }
}
