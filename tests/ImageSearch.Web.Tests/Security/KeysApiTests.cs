using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Core.Security;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Security.Keys;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Web.Tests.Security;

/// <summary>Keys are required for writes.</summary>
public sealed class KeysApiTests : Keyed
{
    protected override (string Key, string? Value)[] Settings => [("Security:RequireKey", "writes"), ("Security:AdminKey", AdminKey)];

    [Fact]
    public async Task Create_Key_IsShownOnceAndKeptAsAHash()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/keys", AdminKey, JsonContent.Create(new { name = " Ann's laptop ", scope = "write" }));
        var created = await JsonAsync(response, HttpStatusCode.Created);

        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("Ann's laptop", (string?)created["name"]);
        Assert.Equal(["read", "write"], created["scopes"]!.AsArray().Select(scope => (string)scope!));
        var key = (string)created["key"]!;
        Assert.StartsWith($"isk_{(string)created["id"]!}_", key, StringComparison.Ordinal);
        var list = await JsonAsync(await SendAsync(HttpMethod.Get, "/api/v1/keys", AdminKey));
        Assert.DoesNotContain(key[^40..], list.ToJsonString(), StringComparison.Ordinal);
        var listed = Assert.Single(list["keys"]!.AsArray())!.AsObject();
        Assert.Equal(["createdAt", "id", "name", "scopes"], listed.Select(member => member.Key).Order());
        var kept = await System.Services.GetRequiredService<IApiKeyStore>().FindAsync((string)created["id"]!, Token);
        Assert.Equal(ApiKeyText.HashOf(key[^40..]), kept!.Hash.ToArray());
    }

    [Theory]
    [InlineData("X-Api-Key", "{0}")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("authorization", "bearer  {0}")]
    public async Task Key_InEitherHeader_LetsWrite(string header, string value)
    {
        var (_, key) = await CreateKeyAsync("write");

        using var response = await SendAsync(HttpMethod.Post, "/api/v1/images/retry?state=failed", key: null, null, (header, string.Format(null, value, key)));

        await JsonAsync(response, HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Write_WithoutAKey_Is401AndReadsAreOpen()
    {
        await ProblemAsync(await Http.PostAsync("/api/v1/images", Form(GeneratedPicture.Png(1, 8, 8)), Token), HttpStatusCode.Unauthorized, "key-required");
        Assert.Empty(System.Ingest.Uploads);
        await JsonAsync(await Http.GetAsync("/api/v1/images", Token));
        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(GeneratedPicture.Png(1, 8, 8)), Token));
        await ProblemAsync(await Http.GetAsync("/api/v1/keys", Token), HttpStatusCode.Unauthorized, "key-required");
    }

    [Fact]
    public async Task Read_WithAnUnknownKey_IsAnsweredWhereReadsAreOpen() =>
        await JsonAsync(await SendAsync(HttpMethod.Get, "/api/v1/images", "isk_abcdefghijkl_0123456789012345678901234567890123456789"));

    [Fact]
    public async Task Revoke_Key_EndsItAtOnceAndKeepsItInTheList()
    {
        var (id, key) = await CreateKeyAsync("admin");
        await JsonAsync(await SendAsync(HttpMethod.Get, "/api/v1/keys", key));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", AdminKey)).StatusCode);

        await ProblemAsync(await SendAsync(HttpMethod.Get, "/api/v1/keys", key), HttpStatusCode.Unauthorized, "key-required");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", AdminKey)).StatusCode);
        Assert.NotNull((await ListedAsync(id))["revokedAt"]);
    }

    [Theory]
    [InlineData("abcdefghijkl")]
    [InlineData("..%2f..")]
    [InlineData("operator")]
    public async Task Revoke_UnknownKey_Is404(string id) =>
        await ProblemAsync(await SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", AdminKey), HttpStatusCode.NotFound, "unknown-key");

    [Fact]
    public async Task Use_OfAKey_IsWrittenDownAfterwards()
    {
        var (id, key) = await CreateKeyAsync("admin");
        await JsonAsync(await SendAsync(HttpMethod.Get, "/api/v1/keys", key));

        await System.Services.GetRequiredService<KeyUse>().WriteAsync(Token);

        Assert.NotNull((await ListedAsync(id))["lastUsedAt"]);
    }

    [Theory]
    [InlineData("""{"name": "", "scope": "read"}""", "name")]
    [InlineData("""{"scope": "read"}""", "name")]
    [InlineData("""{"name": "a\nb", "scope": "read"}""", "name")]
    [InlineData("""{"name": "a"}""", "scope")]
    [InlineData("""{"name": "a", "scope": "Write"}""", "scope")]
    [InlineData("""{"name": "a", "scope": "all"}""", "scope")]
    public async Task Create_BadValue_SaysWhich(string body, string parameter)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/keys", AdminKey, new StringContent(body, null, "application/json"));

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("""{"name": 1, "scope": "read"}""", "application/json", 400)]
    [InlineData("""{"name": "\ud800", "scope": "read"}""", "application/json", 400)]
    [InlineData("name=a", "application/x-www-form-urlencoded", 415)]
    public async Task Create_BadBody_IsRefused(string body, string type, int status) => Assert.Equal(
        status, (int)(await SendAsync(HttpMethod.Post, "/api/v1/keys", AdminKey, new StringContent(body, null, type))).StatusCode);

    private async Task<JsonNode> ListedAsync(string id) => (await JsonAsync(await SendAsync(HttpMethod.Get, "/api/v1/keys", AdminKey)))["keys"]!.AsArray()
        .Single(key => (string?)key!["id"] == id)!;
}
