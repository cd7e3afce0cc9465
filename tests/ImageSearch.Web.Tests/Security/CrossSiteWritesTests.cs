using System.Net;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

public sealed class CrossSiteWritesTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    [Theory]
    [InlineData("example.org", "null")]
    [InlineData("example.org", "")]
    [InlineData("example.org", "nonsense")]
    [InlineData("example.org", "http://evil.example")]
    [InlineData("example.org", "http://example.org.evil.example")]
    [InlineData("example.org", "http://www.example.org")]
    [InlineData("example.org", "http://example.org:8080")]
    [InlineData("example.org:8080", "http://example.org")]
    [InlineData("example.org:8080", "http://example.org:8081")]
    [InlineData("example.org:80", "https://example.org")]
    [InlineData("example.org", "ftp://example.org")]
    [InlineData("[::1]:8080", "http://[::2]:8080")]
    public async Task OriginOfAnotherSite_IsForbidden(string host, string origin)
    {
        using var response = await SendAsync(HttpMethod.Post, host, origin);

        await ProblemAsync(response, HttpStatusCode.Forbidden, "cross-site");
        Assert.Empty(System.Extractor.Requests);
    }

    [Theory]
    [InlineData("example.org", "http://example.org")]
    [InlineData("EXAMPLE.org", "http://example.org")]
    [InlineData("example.org:80", "http://example.org")]
    [InlineData("example.org", "http://example.org:80")]
    [InlineData("example.org", "https://example.org")]
    [InlineData("example.org:443", "https://example.org")]
    [InlineData("example.org:8080", "http://example.org:8080")]
    [InlineData("[::1]:8080", "http://[::1]:8080")]
    [InlineData("example.org", null)]
    public async Task OwnOriginOrNone_IsAnswered(string host, string? origin) => await JsonAsync(await SendAsync(HttpMethod.Post, host, origin));

    [Theory]
    [InlineData("GET", HttpStatusCode.OK)]
    [InlineData("DELETE", HttpStatusCode.Forbidden)]
    public async Task OtherMethods_OnlyUnsafeOnesAreForbidden(string method, HttpStatusCode expected)
    {
        await System.AddAsync(Picture, "a.png");
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/images/{ImageId.Of(Picture)}")
        {
            Headers = { { "Origin", "http://evil.example" } },
        };

        Assert.Equal(expected, (await Http.SendAsync(request, Token)).StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string host, string? origin)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/search") { Content = Form(Picture), Headers = { Host = host } };
        if (origin is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("Origin", origin));
        }

        return await Http.SendAsync(request, Token);
    }
}
