using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageSearch.Client.Failures;
using ImageSearch.Client.Http;
using ImageSearch.Client.Images;
using ImageSearch.Client.Imports;
using ImageSearch.Client.Keys;
using ImageSearch.Client.Search;

namespace ImageSearch.Client;

/// <summary>
/// The REST API of an ImageSearch. Safe for use by many threads at once; one for each server is enough.
/// Every call throws <see cref="ImageSearchException"/> when it is not carried out, and <see cref="OperationCanceledException"/> when its
/// token says so.
/// </summary>
public sealed class ImageSearchClient : IDisposable
{
    private readonly ApiConnection _api;
    private readonly HttpClient? _owned;

    public ImageSearchClient(Uri server, string? apiKey = null)
        : this(new ImageSearchClientOptions { Server = server, ApiKey = apiKey })
    {
    }

    public ImageSearchClient(ImageSearchClientOptions options)
        : this(CreateHttp(), options, owned: true)
    {
    }

    /// <param name="http">
    /// Stays the caller's. Its own <see cref="HttpClient.Timeout"/> holds beside the options': uploads and events want an infinite one.
    /// </param>
    /// <param name="options">Null: those by default, with the base address of <paramref name="http"/> if it has one.</param>
    public ImageSearchClient(HttpClient http, ImageSearchClientOptions? options = null)
        : this(
            http,
            options ?? (http.BaseAddress is { } server ? new ImageSearchClientOptions { Server = server } : new ImageSearchClientOptions()),
            owned: false)
    {
    }

    private ImageSearchClient(HttpClient http, ImageSearchClientOptions options, bool owned)
    {
        _owned = owned ? http : null;
        _api = new ApiConnection(http, options);
        Images = new ImagesClient(_api);
        Imports = new ImportsClient(_api);
        Failures = new FailuresClient(_api);
        Keys = new KeysClient(_api);
    }

    /// <summary>How answers are read, for whoever wants to write them down as they came.</summary>
    public static JsonSerializerOptions Json => ContractsJson.Default.Options;

    /// <summary>The collection.</summary>
    public ImagesClient Images { get; }

    /// <summary>Imports that the server carries out.</summary>
    public ImportsClient Imports { get; }

    /// <summary>What models have given up.</summary>
    public FailuresClient Failures { get; }

    /// <summary>API keys; for administrators.</summary>
    public KeysClient Keys { get; }

    /// <summary>Finds the pictures that look most like one.</summary>
    public Task<SearchResponse> SearchAsync(
        SearchQuery query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            SearchBody.Call("search", query, options ?? new SearchOptions()), ContractsJson.Default.SearchResponse, cancellationToken);

    /// <summary>The page after the one whose <see cref="SearchResponse.Next"/> this is. The picture need not be sent again.</summary>
    public Task<SearchResponse> SearchNextAsync(
        string cursor, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            SearchBody.Next("search", cursor, options ?? new SearchOptions()), ContractsJson.Default.SearchResponse, cancellationToken);

    /// <summary>A search page by page, as far as there are any; each is asked for when it is wanted.</summary>
    public async IAsyncEnumerable<SearchResponse> SearchPagesAsync(
        SearchQuery query, SearchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var page = await SearchAsync(query, (options ?? new SearchOptions()) with { Next = true }, cancellationToken).ConfigureAwait(false);
        yield return page;
        while (page.Next is { } cursor)
        {
            page = await SearchNextAsync(cursor, options, cancellationToken).ConfigureAwait(false);
            yield return page;
        }
    }

    /// <summary>Up to 32 searches in one call, with the same options: by files only, or by addresses and ids only.</summary>
    public Task<BatchResponse> SearchBatchAsync(
        IReadOnlyList<SearchQuery> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            SearchBody.Batch("search/batch", queries, options ?? new SearchOptions()),
            ContractsJson.Default.BatchResponse,
            cancellationToken);

    /// <summary>The declared models, and what their shards hold.</summary>
    public async Task<IReadOnlyList<ModelSummary>> GetModelsAsync(CancellationToken cancellationToken = default) =>
        (await _api.SendAsync(ApiCall.Get("models"), ContractsJson.Default.ModelList, cancellationToken).ConfigureAwait(false)).Models;

    /// <summary>Models, shards, queues, and the last minutes' rates.</summary>
    public Task<SystemReport> GetSystemAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Get("system"), ContractsJson.Default.SystemReport, cancellationToken);

    public void Dispose() => _owned?.Dispose();

    // A redirect is not followed: the key must not go to another host.
    private static HttpClient CreateHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
