using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

/// <summary>What a call does not know is refused by its name, at every call of the API.</summary>
public sealed class RequestChecksTests : Keyed
{
    protected override (string Key, string? Value)[] Settings => [("Security:AdminKey", AdminKey)];

    [Fact]
    public async Task UnknownParameter_OfAnyCall_IsRefusedByName()
    {
        var calls = Calls.Of(System).Select(call => call.Call).Where(call => call.Path.StartsWith("/api/v1/", StringComparison.Ordinal)).ToList();
        Assert.InRange(calls.Count, 25, 100);
        foreach (var call in calls)
        {
            using var response = await SendAsync(new HttpMethod(call.Method), $"{Address(call.Path)}?limti=1", AdminKey);

            var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, "invalid-parameters");
            Assert.True(problem["errors"]!["limti"] is not null, $"{call.Method} {call.Path}");
            Assert.Contains("limti", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ParameterGivenTwice_OfAnyCall_IsRefusedByName()
    {
        var document = await JsonAsync(await Http.GetAsync("/openapi/v1.json", Token));
        var tried = 0;
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                foreach (var name in Query(operation!))
                {
                    using var twice = await SendAsync(new HttpMethod(method.ToUpperInvariant()), $"{Address(path)}?{name}=1&{name}=1", AdminKey);
                    var problem = await ProblemAsync(twice, HttpStatusCode.BadRequest, "invalid-parameters");
                    Assert.Contains("more than once", (string)problem["errors"]![name]![0]!, StringComparison.Ordinal);
                    tried++;
                }
            }
        }

        Assert.InRange(tried, 40, 200);
    }

    [Theory]
    [InlineData("POST", "/api/v1/images", "multipart/form-data; boundary=x")]
    [InlineData("POST", "/api/v1/imports", "application/json")]
    [InlineData("POST", "/api/v1/search", "multipart/form-data; boundary=x")]
    [InlineData("POST", "/api/v1/search", "application/json")]
    [InlineData("POST", "/api/v1/search/batch", "application/json")]
    [InlineData("POST", "/api/v1/images/delete", "application/json")]
    [InlineData("POST", "/api/v1/keys", "application/json")]
    public async Task CompressedBody_IsRefusedForWhatItIs(string method, string address, string type)
    {
        foreach (var encoding in new[] { "gzip", "br", "deflate", "zstd", "gzip, identity" })
        {
            using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0]);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

            using var response = await SendAsync(new HttpMethod(method), address, AdminKey, content);

            var problem = await ProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
            Assert.Contains("Content-Encoding", (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.Equal("identity", response.Headers.GetValues("Accept-Encoding").Single());
        }
    }

    [Theory]
    [InlineData("/api/v1/keys", """{"name":"a","scope":"read","scop":"admin"}""", "scop")]
    [InlineData("/api/v1/keys", """{"name":"a","name":"b","scope":"read"}""", "name")]
    [InlineData("/api/v1/images/delete", """{"ids":["0000000000000000000000000000000000000000000000000000000000000000"],"tag":"x"}""", "tag")]
    [InlineData("/api/v1/images/tags", """{"ids":["0000000000000000000000000000000000000000000000000000000000000000"],"add":["a"],"add":["b"]}""", "add")]
    [InlineData("/api/v1/failures/retry", """{"modell":"layout"}""", "modell")]
    public async Task UnknownOrRepeatedMember_IsRefusedByName(string address, string json, string name)
    {
        using var response = await SendAsync(HttpMethod.Post, address, AdminKey, new StringContent(json, Encoding.UTF8, "application/json"));

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Contains(name, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KnownParameter_InAnotherCase_IsTaken()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/v1/images?Limit=5", AdminKey);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static string Address(string path) => path.Replace("{id}", new string('0', 64), StringComparison.Ordinal);

    private static IEnumerable<string> Query(JsonNode operation) => (operation["parameters"]?.AsArray() ?? [])
        .Where(parameter => (string?)parameter!["in"] == "query").Select(parameter => (string)parameter!["name"]!);
}
