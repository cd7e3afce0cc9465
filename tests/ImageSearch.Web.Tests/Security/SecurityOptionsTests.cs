using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Tests.Security;

public sealed class SecurityOptionsTests
{
    private const string GoodKey = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("needs Security:AdminKey", "Security:RequireKey", "all")]
    [InlineData("needs Security:AdminKey", "Security:RequireKey", "Writes")]
    [InlineData("at least 32 characters", "Security:AdminKey", "short")]
    [InlineData("printable ASCII", "Security:AdminKey", "0123456789abcdef 0123456789abcdef")]
    [InlineData("Security:KeyCacheTime", "Security:KeyCacheTime", "-00:00:01")]
    [InlineData("Security:KeyGraceTime", "Security:KeyGraceTime", "2.00:00:00")]
    [InlineData("RateLimits:Searches", "RateLimits:Searches:PerSecond", "-1")]
    [InlineData("RateLimits:Writes", "RateLimits:Writes:Burst", "-1")]
    [InlineData("Cors:Origins has '*'", "Cors:Origins:0", "*")]
    [InlineData("Cors:Origins has 'https://a.example/'", "Cors:Origins:0", "https://a.example/")]
    [InlineData("Cors:Origins has 'a.example'", "Cors:Origins:0", "a.example")]
    public async Task Start_BadValue_FailsWithASentence(string expected, string key, string value)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => WebSystem.StartAsync((key, value)));

        var failure = Assert.IsType<OptionsValidationException>(error is AggregateException all ? all.Flatten().InnerExceptions[0] : error);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_GoodValues_Starts()
    {
        await using var system = await WebSystem.StartAsync(
            ("Security:RequireKey", "ALL"), ("Security:AdminKey", GoodKey), ("RateLimits:Reads:PerSecond", "0.5"), ("Cors:Origins:0", "https://a.example:8443"));

        Assert.Equal(System.Net.HttpStatusCode.OK, (await system.Http.GetAsync("/alive", TestContext.Current.CancellationToken)).StatusCode);
    }
}
