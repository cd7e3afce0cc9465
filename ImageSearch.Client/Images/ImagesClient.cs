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
    /// Adds pictures, at most 100 and at most 25 MB each unless the operator says otherwise. That one is rejected is part of the answer and no exception,
    /// even if all are.
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
            return await _api.SendAsync(call, ClientJson.Default.UploadResponse, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSearchException e) when (e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
            && e.Problem?.Extensions?.TryGetValue("images", out var images) == true)
        {
            return new UploadResponse(images.Deserialize(ClientJson.Default.IReadOnlyListUploadedImage)!);
        }
    }

    /// <summary>One page of the collection, newest first.</summary>
    /// <param name="limit">Pictures at most, 1..1000; null: the server's default.</param>
    /// <param name="cursor"><see cref="ImagePage.Next"/> of the page before.</param>
    public Task<ImagePage> GetPageAsync(ImageFilter? filter = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default)
    {
        var path = new QueryString("images")
            .Add("state", filter?.State is { } state ? WordConverter<ImageState>.Word(state) : null)
            .Add("model", filter?.Model)
            .Add("tag", filter?.Tag)
            .Add("limit", limit)
            .Add("cursor", cursor);
        return _api.SendAsync(ApiCall.Get(path.ToString()), ClientJson.Default.ImagePage, cancellationToken);
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
    public Task<ImageDetails> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Get($"images/{ApiId.Image(id)}"), ClientJson.Default.ImageDetails, cancellationToken);

    /// <summary>A picture's bytes as they came.</summary>
    public Task<Stream> OpenContentAsync(string id, CancellationToken cancellationToken = default) =>
        _api.OpenAsync(ApiCall.Get($"images/{ApiId.Image(id)}/content") with { Accept = "*/*" }, cancellationToken);

    /// <summary>A small version of a picture, as WebP.</summary>
    /// <param name="size">Longest side at most, 1..1024; null: the server's default.</param>
    public Task<Stream> OpenThumbnailAsync(string id, int? size = null, CancellationToken cancellationToken = default) =>
        _api.OpenAsync(ApiCall.Get(new QueryString($"images/{ApiId.Image(id)}/thumbnail").Add("size", size).ToString()) with { Accept = "*/*" }, cancellationToken);

    /// <summary>What looks like a picture of the collection, without that picture.</summary>
    public Task<SearchResponse> GetSimilarAsync(string id, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SearchOptions();
        var path = new QueryString($"images/{ApiId.Image(id)}/similar").Add(options.Parameters()).ToString();
        return _api.SendAsync(ApiCall.Get(path) with { Headers = options.Headers() }, ClientJson.Default.SearchResponse, cancellationToken);
    }

    /// <summary>Deletes a picture: it is gone from every search within two seconds.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Delete($"images/{ApiId.Image(id)}"), cancellationToken);

    /// <summary>Deletes many.</summary>
    public async Task<DeleteResponse> DeleteAsync(IEnumerable<string> ids, CancellationToken cancellationToken = default)
    {
        var sum = new DeleteResponse(0, 0);
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            var answer = await _api.SendAsync(
                ApiCall.Post("images/delete", new IdsRequest(chunk), ClientJson.Default.IdsRequest) with { Repeatable = true },
                ClientJson.Default.DeleteResponse, cancellationToken).ConfigureAwait(false);
            sum = new DeleteResponse(sum.Deleted + answer.Deleted, sum.Unknown + answer.Unknown);
        }

        return sum;
    }

    /// <summary>Adds tags to pictures and removes others from them.</summary>
    public async Task<TagResponse> TagAsync(
        IEnumerable<string> ids, IEnumerable<string>? add = null, IEnumerable<string>? remove = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> added = [.. add ?? []], removed = [.. remove ?? []];
        var sum = new TagResponse(0, 0);
        foreach (var chunk in ids.Chunk(MaximumIds))
        {
            var answer = await _api.SendAsync(
                ApiCall.Post("images/tags", new TagsRequest(chunk, added, removed), ClientJson.Default.TagsRequest) with { Repeatable = true },
                ClientJson.Default.TagResponse, cancellationToken).ConfigureAwait(false);
            sum = new TagResponse(sum.Changed + answer.Changed, sum.Unknown + answer.Unknown);
        }

        return sum;
    }

    /// <summary>Puts a picture's failed extractions back to work.</summary>
    /// <param name="model">Only this model's.</param>
    public Task<RetryResponse> RetryAsync(string id, string? model = null, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post(new QueryString($"images/{ApiId.Image(id)}/retry").Add("model", model).ToString()) with { Repeatable = true },
        ClientJson.Default.RetryResponse, cancellationToken);

    /// <summary>Puts all failed extractions back to work.</summary>
    /// <param name="model">Only this model's.</param>
    public Task<RetryResponse> RetryFailedAsync(string? model = null, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post(new QueryString("images/retry").Add("state", "failed").Add("model", model).ToString()) with { Repeatable = true },
        ClientJson.Default.RetryResponse, cancellationToken);

    /// <summary>
    /// What becomes of pictures (500 at most), until every model has come to each of them or the server has watched for long enough. A picture
    /// that a model had come to before is told of at once.
    /// </summary>
    public IAsyncEnumerable<ImageEvent> WatchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default)
    {
        var path = new QueryString("images/events").Add("ids", string.Join(',', ids.Select(ApiId.Image))).ToString();
        // A stream that is opened again tells everything again.
        HashSet<ImageEvent> told = [];
        return new EventSource<ImageEvent>(_api, path, Parse).ReadAsync(cancellationToken);

        EventOutcome<ImageEvent> Parse(string type, ReadOnlySpan<byte> data)
        {
            ImageEvent? happened = type switch
            {
                "searchable" => JsonSerializer.Deserialize(data, ClientJson.Default.ImageSearchable),
                "failed" => JsonSerializer.Deserialize(data, ClientJson.Default.ImageFailed),
                "gone" => JsonSerializer.Deserialize(data, ClientJson.Default.ImageGone),
                _ => null,
            };
            return new EventOutcome<ImageEvent>(happened is not null && told.Add(happened) ? happened : null, Last: type == "done");
        }
    }
}
