using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Search;

/// <summary>
/// Reads a search request: a picture in a form, or JSON that names one, or several, or where to go on. The body's values win over the query
/// string's. All that is wrong is said at once.
/// </summary>
internal sealed class SearchRequestReader(IOptions<SearchOptions> options, IOptions<ImageLimits> limits, IOptions<ModelRoutes> models)
{
    // Of a picture that is too large, so much more is taken before the connection is closed: the client is to see the reason.
    private const int TakenBeyondLimit = 4;

    // JSON names pictures; the longest is a cursor of 8,192 dimensions.
    private const long MaximumJsonBytes = 256 * 1024;

    private const string MoreThanOne = "The form has more than one file. Search by one picture at a time, or by a batch.";

    private static readonly IReadOnlyList<string> FormFields = [SearchExamplesReader.Text, .. SearchExamplesReader.Names, .. SearchParametersReader.Names];

    /// <exception cref="ProblemException">The request is no search.</exception>
    public async Task<SearchQuery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var maximum = limits.Value.MaximumBytes;
        request.HttpContext.LimitBody(IsJson(request) ? MaximumJsonBytes : maximum * TakenBeyondLimit);
        if (TypeOf(request) is { } type && Is(type, "multipart/form-data"))
        {
            var form = await ReadFormAsync(request, type, new SearchFormLimits(1, MoreThanOne, maximum, maximum, FormFields), cancellationToken);
            return Read(request, form.Fields, form.Files.Count == 0 ? null : new QuerySource.Upload(form.Files[0]));
        }

        return IsJson(request)
            ? Read(request, await SearchJson.ReadAsync(request.Body, cancellationToken), null)
            : throw Problem.UnsupportedContent("Send multipart/form-data with a part named file, or application/json with text, url or imageId.");
    }

    /// <summary>Reads a request for pictures that words describe, all of it in the query string.</summary>
    /// <exception cref="ProblemException">The request is no search.</exception>
    public SearchQuery ReadText(HttpRequest request) =>
        Read(request, new Dictionary<string, string> { [SearchExamplesReader.Text] = request.Query[SearchExamplesReader.Text].ToString() }, null);

    /// <summary>Reads a request for pictures like one of the collection.</summary>
    /// <exception cref="ProblemException">The request is no search.</exception>
    public SearchQuery ReadSimilar(HttpRequest request, ImageId id)
    {
        var errors = new Dictionary<string, string[]>();
        var parameters = Parameters(request, new Dictionary<string, string>(), errors);
        return errors.Count == 0
            ? new SearchQuery(new QuerySource.Stored(id), parameters) { Excluded = [id] }
            : throw Problem.InvalidParameters(errors);
    }

    /// <summary>Reads a request for several searches with the same parameters.</summary>
    /// <returns>At least one.</returns>
    /// <exception cref="ProblemException">The request is no batch of searches.</exception>
    public async Task<IReadOnlyList<SearchQuery>> ReadBatchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (count, bytes) = (options.Value.MaximumBatch, options.Value.MaximumBatchBytes);
        request.HttpContext.LimitBody(IsJson(request) ? MaximumJsonBytes : bytes + ((count + 1L) * ImageLimits.PartOverhead));
        var tooMany = $"A batch has at most {count} pictures. Send the others in another one.";
        var errors = new Dictionary<string, string[]>();
        if (TypeOf(request) is { } type && Is(type, "multipart/form-data"))
        {
            var form = await ReadFormAsync(
                request, type, new SearchFormLimits(count, tooMany, limits.Value.MaximumBytes, bytes, SearchParametersReader.Names), cancellationToken);
            return Queries(form.Fields, [.. form.Files.Select(file => new QuerySource.Upload(file))]);
        }

        if (IsJson(request))
        {
            var (fields, queries) = await SearchJson.ReadBatchAsync(request.Body, cancellationToken);
            if (queries.Count < 1 || queries.Count > count)
            {
                errors["queries"] = [queries.Count == 0 ? "queries must name at least one picture." : tooMany];
            }

            return Queries(fields, [.. queries.Select((query, i) => Named(query, errors, $"queries[{i}].") ?? NoPicture(i))]);
        }

        throw Problem.UnsupportedContent("Send multipart/form-data with parts named file, or application/json with queries.");

        IReadOnlyList<SearchQuery> Queries(IReadOnlyDictionary<string, string> fields, IReadOnlyList<QuerySource> sources)
        {
            var parameters = Parameters(request, fields, errors);
            return errors.Count == 0 ? [.. sources.Select(source => new SearchQuery(source, parameters))] : throw Problem.InvalidParameters(errors);
        }

        QuerySource NoPicture(int query)
        {
            errors.TryAdd($"queries[{query}]", [$"queries[{query}] must have exactly one of url and imageId."]);
            return new QuerySource.Upload(default);
        }
    }

    private SearchQuery Read(HttpRequest request, IReadOnlyDictionary<string, string> fields, QuerySource.Upload? file)
    {
        if (fields.TryGetValue("cursor", out var cursor))
        {
            return Continue(request, fields, cursor);
        }

        var errors = new Dictionary<string, string[]>();
        var parameters = Parameters(request, fields, errors);
        var named = Named(fields, errors, "");
        var besideText = Names(fields, SearchExamplesReader.Text) ? named as QuerySource.Stored : null;
        var examples = SearchExamplesReader.Read(fields, file, besideText?.Id, errors);
        if (examples is not null && besideText is null && Names(fields, "url", "imageId"))
        {
            errors.TryAdd(
                "positive", ["text, positive and negative stand instead of url and imageId (text may stand beside imageId): give the one or the other."]);
        }

        if (examples is { File: null } && parameters.Crop is not null)
        {
            errors.TryAdd("crop", ["crop needs one picture to cut from: a file, a url or an imageId."]);
        }

        if (errors.Count > 0)
        {
            throw Problem.InvalidParameters(errors);
        }

        return new SearchQuery(
            (QuerySource?)examples ?? file ?? named ?? throw Problem.InvalidRequest(
                "Give what to search by: text; or exactly one picture, as url, imageId or a form with a file; or examples: positive and negative; or a cursor."),
            parameters)
        {
            Excluded = examples is null
                ? []
                : [.. examples.Positive, .. examples.Negative, .. examples.File is { } example ? new[] { ImageId.Of(example.Content.Span) } : []],
        };
    }

    private SearchQuery Continue(HttpRequest request, IReadOnlyDictionary<string, string> fields, string text)
    {
        // Who searches may be said with every call.
        if (fields.Keys.Any(name => name is not ("cursor" or "sticky"))
            || SearchParametersReader.Names.Any(name => name != "sticky" && !string.IsNullOrEmpty(request.Query[name])))
        {
            throw Problem.InvalidParameter("cursor", "cursor carries the whole search: send it alone.");
        }

        var cursor = SearchCursorText.Read(text, options.Value)
            ?? throw Problem.InvalidParameter("cursor", "cursor must be the value of next from the results before.");
        return models.Value.Named(cursor.Model.Name)?.Version == cursor.Model.Version
            ? new SearchQuery(new QuerySource.Continued(cursor), cursor.Parameters) { Excluded = cursor.Excluded }
            : throw Problem.CursorExpired();
    }

    private SearchParameters Parameters(HttpRequest request, IReadOnlyDictionary<string, string> fields, Dictionary<string, string[]> errors)
    {
        var parameters = SearchParametersReader.Read(
            name => fields.GetValueOrDefault(name) ?? request.Query[name].FirstOrDefault() ?? (name == "sticky" ? request.Headers["X-Client-Id"].FirstOrDefault() : null),
            options.Value,
            errors);
        if (parameters.Model is { } model && models.Value.Named(model) is null)
        {
            errors["model"] = [Problem.NoSuchModel(models.Value, "and one is chosen")];
        }

        return parameters;
    }

    /// <returns>Null when it does not name exactly one picture, or a bad one.</returns>
    private static QuerySource? Named(IReadOnlyDictionary<string, string> fields, Dictionary<string, string[]> errors, string place)
    {
        var url = fields.GetValueOrDefault("url");
        var id = fields.GetValueOrDefault("imageId");
        if (string.IsNullOrEmpty(url) == string.IsNullOrEmpty(id))
        {
            return null;
        }

        if (!string.IsNullOrEmpty(id))
        {
            if (ImageId.TryParse(id, null, out var imageId))
            {
                return new QuerySource.Stored(imageId);
            }

            errors[place + "imageId"] = [$"{place}imageId must be 64 hexadecimal digits."];
            return new QuerySource.Upload(default);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            errors[place + "url"] = [$"{place}url must be a whole http or https address."];
        }

        return new QuerySource.Url(url!);
    }

    private static async Task<SearchForm> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, SearchFormLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return await SearchForm.ReadAsync(request.Body, type, limits, cancellationToken);
        }
        catch (ProblemException)
        {
            await request.HttpContext.DrainRequestBodyAsync();
            throw;
        }
    }

    private static bool Names(IReadOnlyDictionary<string, string> fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(fields.GetValueOrDefault(name)))
            {
                return true;
            }
        }

        return false;
    }

    private static MediaTypeHeaderValue? TypeOf(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type : null;

    private static bool IsJson(HttpRequest request) => TypeOf(request) is { } type && Is(type, "application/json");

    private static bool Is(MediaTypeHeaderValue type, string mediaType) => type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
