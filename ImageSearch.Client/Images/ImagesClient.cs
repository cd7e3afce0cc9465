using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageSearch.Client.Http;
using ImageSearch.Client.Search;

namespace ImageSearch.Client.Images;

/// <summary>The collection: adding, listing, tagging, deleting, watching.</summary>
public sealed class ImagesClient
{
    /// <summary>Ids that one call takes; longer lists become several calls.</summary>
    public const int MaximumIds = 1000;

    /// <summary>Ids that can be watched at once.</summary>
    public const int MaximumWatched = 500;

    private readonly ApiConnection _api;

    internal ImagesClient(ApiConnection api) => _api = api;

    /// <summary>
    /// Adds pictures, at most 100 and at most 25 MB each unless the operator says otherwise. That one is rejected is part of the answer and
    /// no exception, even if all are.
    /// </summary>
    public async Task<UploadResponse> UploadAsync(
        IReadOnlyList<UploadFile> files, UploadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new UploadOptions();
        var call = new ApiCall(HttpMethod.Post, "images")
        {
            Content = moved => UploadForm.Create(files, options.Tags.Select(tag => ("tag", tag)), options.Progress, moved),
            Large = UploadForm.IsLarge(files),
            Headers = [("Idempotency-Key", options.IdempotencyKey ?? Guid.NewGuid().ToString("N"))],
            Repeatable = files.All(file => file.Repeatable),
        };
        try
        {
            return await _api.SendAsync(call, ContractsJson.Default.UploadResponse, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSearchException e) when (e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
            && e.Problem?.Extensions?.TryGetValue("images", out var images) == true)
        {
            return new UploadResponse(images.Deserialize(ContractsJson.Default.IReadOnlyListUploadedImage)!);
        }
    }

    /// <summary>One page of the collection, newest first.</summary>
    /// <param name="limit">Pictures at most, 1..1000; null: the server's default.</param>
    /// <param name="cursor"><see cref="ImagePage.Next"/> of the page before.</param>
    public Task<ImagePage> GetPageAsync(ImageFilter? filter = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default)
    {
        var path = new QueryString("images")
            .Add("state", filter?.State?.ToWord())
            .Add("model", filter?.Model)
            .Add("tag", filter?.Tag)
            .Add("limit", limit)
            .Add("cursor", cursor);
        return _api.SendAsync(ApiCall.Get(path.ToString()), ContractsJson.Default.ImagePage, cancellationToken);
    }

    /// <summary>The collection, newest first; pages are asked for as they are wanted.</summary>
    public async IAsyncEnumerable<ImageRecord> ListAsync(
        ImageFilter? filter = null, int? pageSize = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await GetPageAsync(filter, pageSize, cursor, cancellationToken).ConfigureAwait(false);
            foreach (var image in page.Images)
            {
                yield return image;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>A picture's record, and its state in every model.</summary>
    public Task<ImageDetails> GetAsync(ImageId id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Get($"images/{id}"), ContractsJson.Default.ImageDetails, cancellationToken);

    /// <summary>A picture's bytes as they came.</summary>
    public Task<Stream> OpenContentAsync(ImageId id, CancellationToken cancellationToken = default) =>
        _api.OpenAsync(ApiCall.Get($"images/{id}/content") with { Accept = "*/*" }, cancellationToken);

    /// <summary>A small version of a picture, as WebP.</summary>
    /// <param name="size">Longest side at most, 1..1024; null: the server's default.</param>
    public Task<Stream> OpenThumbnailAsync(ImageId id, int? size = null, CancellationToken cancellationToken = default) =>
        _api.OpenAsync(ApiCall.Get(new QueryString($"images/{id}/thumbnail").Add("size", size).ToString()) with { Accept = "*/*" }, cancellationToken);

    /// <summary>What looks like a picture of the collection, without that picture.</summary>
    public Task<SearchResponse> GetSimilarAsync(ImageId id, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SearchOptions();
        var path = new QueryString($"images/{id}/similar").Add(options.Parameters()).ToString();
        return _api.SendAsync(ApiCall.Get(path) with { Headers = options.Headers() }, ContractsJson.Default.SearchResponse, cancellationToken);
    }

    /// <summary>Deletes a picture: it is gone from every search within two seconds.</summary>
    public Task DeleteAsync(ImageId id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Delete($"images/{id}"), cancellationToken);

    /// <summary>Deletes many.</summary>
    public async Task<DeleteImagesResponse> DeleteAsync(IEnumerable<ImageId> ids, CancellationToken cancellationToken = default)
    {
        var sum = new DeleteImagesResponse(0, 0);
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            var answer = await _api.SendAsync(
                ApiCall.Post("images/delete", new DeleteImagesRequest(Texts(chunk)), ContractsJson.Default.DeleteImagesRequest) with { Repeatable = true },
                ContractsJson.Default.DeleteImagesResponse, cancellationToken).ConfigureAwait(false);
            sum = new DeleteImagesResponse(sum.Deleted + answer.Deleted, sum.Unknown + answer.Unknown);
        }

        return sum;
    }

    /// <summary>Adds tags to pictures and removes others from them.</summary>
    public async Task<TagImagesResponse> TagAsync(
        IEnumerable<ImageId> ids, IEnumerable<string>? add = null, IEnumerable<string>? remove = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> added = [.. add ?? []], removed = [.. remove ?? []];
        var sum = new TagImagesResponse(0, 0);
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            var answer = await _api.SendAsync(
                ApiCall.Post("images/tags", new TagImagesRequest(Texts(chunk), added, removed), ContractsJson.Default.TagImagesRequest) with { Repeatable = true },
                ContractsJson.Default.TagImagesResponse, cancellationToken).ConfigureAwait(false);
            sum = new TagImagesResponse(sum.Changed + answer.Changed, sum.Unknown + answer.Unknown);
        }

        return sum;
    }

    /// <summary>Puts a picture's failed extractions back to work.</summary>
    /// <param name="model">Only this model's.</param>
    public Task<RetryResponse> RetryAsync(ImageId id, string? model = null, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post(new QueryString($"images/{id}/retry").Add("model", model).ToString()) with { Repeatable = true },
        ContractsJson.Default.RetryResponse, cancellationToken);

    /// <summary>Puts all failed extractions back to work.</summary>
    /// <param name="model">Only this model's.</param>
    public Task<RetryResponse> RetryFailedAsync(string? model = null, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post(new QueryString("images/retry").Add("state", "failed").Add("model", model).ToString()) with { Repeatable = true },
        ContractsJson.Default.RetryResponse, cancellationToken);

    /// <summary>
    /// What becomes of pictures (500 at most), until every model has come to each of them or the server has watched for long enough. A
    /// picture that a model had come to before is told of at once.
    /// </summary>
    public IAsyncEnumerable<ImageEvent> WatchAsync(IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken = default)
    {
        var path = new QueryString("images/events").Add("ids", string.Join(',', ids)).ToString();
        // A stream that is opened again tells everything again.
        HashSet<ImageEvent> told = [];
        return new EventSource<ImageEvent>(_api, path, Parse).ReadAsync(cancellationToken);

        EventOutcome<ImageEvent> Parse(string type, ReadOnlySpan<byte> data)
        {
            ImageEvent? happened = type switch
            {
                "searchable" => JsonSerializer.Deserialize(data, ContractsJson.Default.ImageSearchable),
                "failed" => JsonSerializer.Deserialize(data, ContractsJson.Default.ImageFailed),
                "gone" => JsonSerializer.Deserialize(data, ContractsJson.Default.ImageGone),
                _ => null,
            };
            return new EventOutcome<ImageEvent>(happened is not null && told.Add(happened) ? happened : null, Last: type == "done");
        }
    }

    private static string[] Texts(ImageId[] ids) => Array.ConvertAll(ids, id => id.ToString());
}
