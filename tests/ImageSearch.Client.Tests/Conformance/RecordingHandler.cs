using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>Notes what a request carries, and answers what the description says that its operation answers.</summary>
internal sealed partial class RecordingHandler(ApiDescription api) : HttpMessageHandler
{
    /// <summary>Which of the samples to answer with.</summary>
    public int Variant { get; set; }

    /// <summary>Names that were given in addresses and bodies, by operation.</summary>
    public Dictionary<string, HashSet<string>> Given { get; } = [];

    /// <summary>Headers that were given.</summary>
    public HashSet<string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was answered last.</summary>
    public JsonNode? Answered { get; private set; }

    public string? Operation { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var operation = api.Find(request.Method, request.RequestUri!.AbsolutePath);
        Assert.True(operation is not null, $"The API has no {request.Method} {request.RequestUri.AbsolutePath}.");
        Operation = operation.Id;
        if (!Given.TryGetValue(operation.Id, out var given))
        {
            Given[operation.Id] = given = [];
        }

        given.UnionWith(Query(request.RequestUri));
        Headers.UnionWith(request.Headers.Select(header => header.Key));
        if (request.Content is { } content)
        {
            var body = await content.ReadAsStringAsync(cancellationToken);
            given.UnionWith(content is MultipartFormDataContent ? Fields().Matches(body).Select(match => match.Groups[1].Value) : Names(JsonNode.Parse(body)));
        }

        return Answer(operation);
    }

    private HttpResponseMessage Answer(ApiDescriptionOperation operation)
    {
        var (status, type, schema) = operation.Answer();
        Answered = type == "application/json" ? new SchemaSample(api, Variant).Of(schema!) : null;
        return new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = type switch
            {
                null => new ByteArrayContent([]),
                "application/json" => new StringContent(Answered!.ToJsonString(), Encoding.UTF8, type),
                "text/event-stream" => new StringContent("event: done\ndata: {}\n\n", Encoding.UTF8, type),
                _ => new ByteArrayContent([1, 2, 3]),
            },
        };
    }

    private static IEnumerable<string> Query(Uri address) =>
        address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => Uri.UnescapeDataString(pair.Split('=')[0]));

    private static IEnumerable<string> Names(JsonNode? node) => node switch
    {
        JsonObject properties => properties.SelectMany(property => Names(property.Value).Prepend(property.Key)),
        JsonArray items => items.SelectMany(Names),
        _ => [],
    };

    [GeneratedRegex("""Content-Disposition: form-data; name="?([A-Za-z]+)""")]
    private static partial Regex Fields();
}
