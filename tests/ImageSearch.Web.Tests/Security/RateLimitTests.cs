using System.Globalization;
using System.Net;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Security.Limits;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

/// <summary>Limits that nobody's patience fills again: a call in a thousand seconds.</summary>
public sealed class RateLimitTests : Keyed
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 16, 16);

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Security:AdminKey", AdminKey),
        ("RateLimits:Searches:PerSecond", "0.001"), ("RateLimits:Searches:Burst", "3"),
        ("RateLimits:Writes:PerSecond", "0.001"), ("RateLimits:Writes:Burst", "2"),
    ];

    [Fact]
    public async Task Searches_TooMany_Are429AndSayWhenToGoOn()
    {
        for (var left = 2; left >= 0; left--)
        {
            using var answered = await Http.PostAsync("/api/v1/search", Form(Picture), Token);
            await JsonAsync(answered);
            Assert.Equal(("3", $"{left}"), (Header(answered, "RateLimit-Limit"), Header(answered, "RateLimit-Remaining")));
            Assert.InRange(int.Parse(Header(answered, "RateLimit-Reset"), CultureInfo.InvariantCulture), (3 - left - 1) * 1000, (3 - left) * 1000);
        }

        var embedded = System.Extractor.Requests.Count;
        using var refused = await Http.PostAsync("/api/v1/search", Form(Picture), Token);

        await ProblemAsync(refused, HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal("0", Header(refused, "RateLimit-Remaining"));
        Assert.InRange(int.Parse(Header(refused, "Retry-After"), CultureInfo.InvariantCulture), 1, 1000);
        Assert.Equal(embedded, System.Extractor.Requests.Count);
    }

    [Fact]
    public async Task Batch_CountsAsManyAsItHasPictures()
    {
        using var answered = await BatchAsync(2);
        await JsonAsync(answered);
        Assert.Equal("1", Header(answered, "RateLimit-Remaining"));

        await ProblemAsync(await BatchAsync(3), HttpStatusCode.TooManyRequests, "rate-limited");
    }

    [Fact]
    public async Task Batch_OfMoreThanABurst_CountsAsAll()
    {
        using var answered = await BatchAsync(5);
        await JsonAsync(answered);
        Assert.Equal("0", Header(answered, "RateLimit-Remaining"));
    }

    [Fact]
    public async Task Writes_TooMany_DoNotEndSearchesOrReads()
    {
        for (var i = 0; i < 2; i++)
        {
            await JsonAsync(await RetryAsync(null), HttpStatusCode.Accepted);
        }

        await ProblemAsync(await RetryAsync(null), HttpStatusCode.TooManyRequests, "rate-limited");

        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
        using var read = await Http.GetAsync("/api/v1/models", Token);
        await JsonAsync(read);
        Assert.False(read.Headers.Contains("RateLimit-Limit"));
    }

    [Fact]
    public async Task Keys_EachHaveTheirOwnLimit()
    {
        var (_, one) = await CreateKeyAsync("write");
        var (_, other) = await CreateKeyAsync("write");
        for (var i = 0; i < 2; i++)
        {
            await JsonAsync(await RetryAsync(one), HttpStatusCode.Accepted);
        }

        await ProblemAsync(await RetryAsync(one), HttpStatusCode.TooManyRequests, "rate-limited");
        await JsonAsync(await RetryAsync(other), HttpStatusCode.Accepted);
        await JsonAsync(await RetryAsync(null), HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task UnknownKeys_CountForTheirAddress()
    {
        for (var i = 0; i < 2; i++)
        {
            await JsonAsync(await RetryAsync($"isk_abcdefghijk{i}_0123456789012345678901234567890123456789"), HttpStatusCode.Accepted);
        }

        await ProblemAsync(await RetryAsync("isk_abcdefghijk9_0123456789012345678901234567890123456789"), HttpStatusCode.TooManyRequests, "rate-limited");
    }

    [Fact]
    public async Task Health_IsNeverLimited()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/health", Token)).StatusCode);
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    [InlineData("2001:db8:1:2:ffff::1", "20010db800010002")]
    [InlineData("2001:db8:1:3::1", "20010db800010003")]
    public void ClientAddress_OfIPv6_IsItsNetwork(string address, string expected) => Assert.Equal(expected, ClientAddress.Of(IPAddress.Parse(address)));

    private Task<HttpResponseMessage> BatchAsync(int pictures) =>
        Http.PostAsync("/api/v1/search/batch", Files([.. Enumerable.Repeat(Picture, pictures)]), Token);

    private Task<HttpResponseMessage> RetryAsync(string? key) => SendAsync(HttpMethod.Post, "/api/v1/images/retry?state=failed", key);

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
