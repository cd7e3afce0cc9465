using System.Net;
using System.Text.Json.Nodes;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class DescriptionTests : ApiTest
{
    [Fact]
    public async Task Models_ListsThemWithTheirShardsCounts()
    {
        await System.AddAsync(ImageSearch.Testing.Pictures.GeneratedPicture.Png(1, 32, 32), "a.png");
        System.Shards[0].Fail(500);

        var models = (await JsonAsync(await Http.GetAsync("/api/v1/models", Token)))["models"]!.AsArray();

        Assert.Equal(["layout", "other"], models.Select(model => (string?)model!["name"]));
        Assert.Equal(("1", 8, 1.0), ((string?)models[0]!["version"], (int)models[0]!["dimension"]!, (double)models[0]!["weight"]!));
        Assert.Equal([0, 1], models[0]!["shards"]!.AsArray().Select(shard => (int)shard!["shard"]!));
        Assert.Null(models[0]!["shards"]![0]!["count"]);
        Assert.Equal("answered with status 500", (string?)models[0]!["shards"]![0]!["error"]);
        Assert.Equal(System.Shards[1].Vectors.Count, (int)models[0]!["shards"]![1]!["count"]!);
        Assert.Equal((3, 1), ((int)models[1]!["shards"]![0]!["replicas"]!, (int)models[1]!["shards"]![0]!["count"]!));
    }

    [Fact]
    public async Task OpenApi_DescribesEveryCallWithItsErrors()
    {
        var document = await JsonAsync(await Http.GetAsync("/openapi/v1.json", Token));

        var calls = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(call => (Name: $"{call.Key.ToUpperInvariant()} {path.Key}", Call: call.Value!)))
            .ToDictionary(call => call.Name, call => call.Call);
        Assert.Equal(
            [
                "DELETE /api/v1/images/{id}", "DELETE /api/v1/keys/{id}", "GET /api/v1/failures", "GET /api/v1/images", "GET /api/v1/images/events",
                "GET /api/v1/images/{id}", "GET /api/v1/images/{id}/content", "GET /api/v1/images/{id}/similar", "GET /api/v1/images/{id}/thumbnail",
                "GET /api/v1/imports", "GET /api/v1/imports/{id}", "GET /api/v1/imports/{id}/events", "GET /api/v1/keys", "GET /api/v1/models",
                "GET /api/v1/search", "GET /api/v1/system", "POST /api/v1/failures/discard", "POST /api/v1/failures/retry", "POST /api/v1/images", "POST /api/v1/images/delete",
                "POST /api/v1/images/retry", "POST /api/v1/images/tags", "POST /api/v1/images/{id}/retry", "POST /api/v1/imports",
                "POST /api/v1/imports/{id}/cancel", "POST /api/v1/imports/{id}/resume", "POST /api/v1/keys", "POST /api/v1/search", "POST /api/v1/search/batch",
            ],
            calls.Keys.Order(StringComparer.Ordinal));
        Assert.All(calls.Values, call => Assert.NotEmpty((string)call["summary"]!));
        Assert.Equal(
            ["200", "400", "401", "403", "404", "410", "413", "415", "422", "429", "503", "504"],
            calls["POST /api/v1/search"]["responses"]!.AsObject().Select(response => response.Key).Order());
        var text = calls["GET /api/v1/search"]["parameters"]!.AsArray().Single(parameter => (string?)parameter!["name"] == "text")!;
        Assert.Equal(("query", true, 500), ((string?)text["in"], (bool)text["required"]!, (int)text["schema"]!["maxLength"]!));
        Assert.Equal(["application/json", "multipart/form-data"], Keys(calls["POST /api/v1/search"]["requestBody"]!["content"]!));
        Assert.Contains("file", Keys(calls["POST /api/v1/images"]["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["properties"]!));
        Assert.True((string?)document["components"]!["schemas"]!["ImageId"]?["type"] == "string", document["components"]!["schemas"]!.ToJsonString());
    }

    [Fact]
    public async Task OpenApi_DescribesWhatSearchesAnswer()
    {
        var document = await JsonAsync(await Http.GetAsync("/openapi/v1.json", Token));

        var schemas = document["components"]!["schemas"]!;
        Assert.Subset(Keys(schemas["SearchResponse"]!["properties"]!).ToHashSet(), new HashSet<string> { "results", "cutOff", "belowCutOff", "next" });
        Assert.Subset(
            Keys(schemas["SearchResult"]!["properties"]!).ToHashSet(), new HashSet<string> { "relevance", "match", "duplicates", "duplicateCount" });
        Assert.Equal(
            ["#/components/schemas/SearchResponse", "#/components/schemas/BatchError"],
            schemas["BatchResponse"]!["properties"]!["answers"]!["items"]!["anyOf"]!.AsArray().Select(schema => (string?)schema!["$ref"]));
        Assert.Equal(["detail", "status", "title", "type"], Keys(schemas["BatchError"]!["properties"]!["error"]!["properties"]!));
        Assert.Equal(["exact", "same", "similar", "unrelated"], schemas["MatchKind"]!["enum"]!.AsArray().Select(value => (string?)value).OfType<string>().Order());
        var parameters = document["paths"]!["/api/v1/images/{id}/similar"]!["get"]!["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]);
        Assert.Equal(["id", "k", "model", "sticky", "minScore", "tag", "crop", "ef", "group", "relevant", "next", "X-Client-Id", "X-Deadline-Ms"], parameters);
    }

    [Fact]
    public async Task OpenApi_SaysWhichScopeEachCallTakesAndWhatRefusalsLookLike()
    {
        var document = await JsonAsync(await Http.GetAsync("/openapi/v1.json", Token));

        Assert.Equal(("apiKey", "header", "X-Api-Key"), ((string?)Scheme("apiKey")["type"], (string?)Scheme("apiKey")["in"], (string?)Scheme("apiKey")["name"]));
        Assert.Equal(("http", "bearer"), ((string?)Scheme("bearer")["type"], (string?)Scheme("bearer")["scheme"]));
        Assert.Equal("""[{},{"apiKey":["read"]},{"bearer":["read"]}]""", Security("/api/v1/search", "post"));
        Assert.Equal("""[{},{"apiKey":["read"]},{"bearer":["read"]}]""", Security("/api/v1/images", "get"));
        Assert.Equal("""[{},{"apiKey":["write"]},{"bearer":["write"]}]""", Security("/api/v1/images", "post"));
        Assert.Equal("""[{"apiKey":["admin"]},{"bearer":["admin"]}]""", Security("/api/v1/keys", "get"));
        Assert.All(
            document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()),
            call => Assert.All(["401", "403", "429", "503"], status => Assert.NotNull(call.Value!["responses"]![status]?["content"]?["application/problem+json"])));

        JsonNode Scheme(string name) => document["components"]!["securitySchemes"]![name]!;
        string Security(string path, string method) => document["paths"]![path]![method]!["security"]!.ToJsonString();
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/metrics")]
    [InlineData("/docs")]
    public async Task ServiceAddress_Answers(string path)
    {
        using var response = await Http.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_CountSearchesByModelAndOutcome()
    {
        await JsonAsync(await Http.PostAsync("/api/v1/search", Form([1, 2, 3]), Token));

        var metrics = await Http.GetStringAsync("/metrics", Token);

        Assert.Matches("""imagesearch_search_duration_seconds_count\{[^}]*model="layout"[^}]*outcome="ok"[^}]*\} 1\n""", metrics);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/models")]
    [InlineData("/app.css")]
    public async Task AnyAnswer_HasTheSecurityHeaders(string path)
    {
        using var response = await Http.GetAsync(path, Token);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'unsafe", policy, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(property => property.Key).Order();
}
