using System.Net;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

public sealed class CrossOriginTests : Keyed
{
    private const string Friend = "https://gallery.example.org";

    protected override (string Key, string? Value)[] Settings =>
        [("Security:RequireKey", "all"), ("Security:AdminKey", AdminKey), ("Cors:Origins:0", Friend)];

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_NeedsNoKeyAndAllowsTheHeader()
    {
        using var response = await PreflightAsync(Friend);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(Friend, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("x-api-key", response.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_AllowsNothing()
    {
        using var response = await PreflightAsync("https://evil.example");

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Write_FromAnAllowedOrigin_IsAnsweredWithAKeyAndReadable()
    {
        using var response = await SendAsync(
            HttpMethod.Post, "/api/v1/search", AdminKey, Form(GeneratedPicture.Png(1, 8, 8)), ("Origin", Friend), ("Sec-Fetch-Site", "cross-site"));

        await JsonAsync(response);
        Assert.Equal(Friend, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        using var refused = await SendAsync(HttpMethod.Post, "/api/v1/search", key: null, Form(GeneratedPicture.Png(1, 8, 8)), ("Origin", Friend));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(Friend, refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task Write_FromAnotherOrigin_IsForbidden()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/search", AdminKey, Form(GeneratedPicture.Png(1, 8, 8)), ("Origin", "https://evil.example"));

        await ProblemAsync(response, HttpStatusCode.Forbidden, "cross-site");
    }

    private Task<HttpResponseMessage> PreflightAsync(string origin) => SendAsync(
        HttpMethod.Options, "/api/v1/images", key: null, null,
        ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-api-key"));
}
