using System.Text.Json;
using System.Text.Json.Nodes;
using ImageSearch.Client.Http;
using ImageSearch.Client.Images;

namespace ImageSearch.Client.Search;

/// <summary>Searches as calls: the picture in the body, the parameters in the address.</summary>
internal static class SearchBody
{
    public static ApiCall Call(string path, SearchQuery query, SearchOptions options)
    {
        if (query.IsTextAlone)
        {
            return ApiCall.Get(new QueryString(path).Add([("text", query.Text!), .. options.Parameters()]).ToString()) with { Headers = options.Headers() };
        }

        var call = new ApiCall(HttpMethod.Post, new QueryString(path).Add(options.Parameters()).ToString()) { Headers = options.Headers(), Repeatable = true };
        return query.File is { } file
            ? call with
            {
                Content = moved => UploadForm.Create([file], [.. Fields("text", query.Text is null ? [] : [query.Text]), .. Fields("positive", query.Positive.Select(example => example.ToString())), .. Fields("negative", query.Negative.Select(example => example.ToString()))], null, moved),
                Large = UploadForm.IsLarge([file]),
                Repeatable = file.Repeatable,
            }
            : call with { Content = _ => Json(Describe(query)) };
    }

    public static ApiCall Batch(string path, IReadOnlyList<SearchQuery> queries, SearchOptions options)
    {
        var files = queries.Select(query => query.File).OfType<UploadFile>().ToList();
        if (files.Count > 0 && files.Count < queries.Count)
        {
            throw new ArgumentException("A batch is either of files only, or of addresses and ids only.", nameof(queries));
        }

        var call = new ApiCall(HttpMethod.Post, new QueryString(path).Add(options.Parameters()).ToString()) { Headers = options.Headers(), Repeatable = true };
        return files.Count > 0
            ? call with
            {
                Content = moved => UploadForm.Create(files, [], null, moved),
                Large = UploadForm.IsLarge(files),
                Repeatable = files.TrueForAll(file => file.Repeatable),
            }
            : call with { Content = _ => Json(new JsonObject { ["queries"] = new JsonArray([.. queries.Select(Describe)]) }) };
    }

    public static ApiCall Next(string path, string cursor, SearchOptions options) => new(HttpMethod.Post, path)
    {
        Content = _ => Json(new JsonObject { ["cursor"] = cursor }),
        Headers = options.Headers(),
        Repeatable = true,
    };

    private static JsonObject Describe(SearchQuery query)
    {
        var body = new JsonObject();
        if (query.Text is { } text)
        {
            body["text"] = text;
        }

        if (query.Url is { } url)
        {
            body["url"] = url;
        }

        if (query.ImageId is { } id)
        {
            body["imageId"] = id.ToString();
        }

        if (query.Positive.Count > 0)
        {
            body["positive"] = new JsonArray([.. query.Positive.Select(example => JsonValue.Create(example.ToString()))]);
        }

        if (query.Negative.Count > 0)
        {
            body["negative"] = new JsonArray([.. query.Negative.Select(example => JsonValue.Create(example.ToString()))]);
        }

        return body;
    }

    private static IEnumerable<(string, string)> Fields(string name, IEnumerable<string> values) => values.Select(value => (name, value));

    private static ByteArrayContent Json(JsonObject body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, ContractsJson.Default.JsonObject));
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
