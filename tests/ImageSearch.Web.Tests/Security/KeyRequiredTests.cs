using System.Net;
using System.Text.RegularExpressions;
using ImageSearch.Testing.Malformed;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace ImageSearch.Web.Tests.Security;

/// <summary>Keys are required for everything.</summary>
public sealed partial class KeyRequiredTests : Keyed
{
    /// <summary>What is open to everybody. Whoever adds to this opens it to the world.</summary>
    private static readonly string[] Open =
    [
        "GET /health", "POST /health", "GET /alive", "POST /alive", "GET /sign-in", "POST /sign-in", "POST /session", "POST /session/end",
    ];

    /// <summary>POSTs that only read: all others are writes.</summary>
    private static readonly string[] ReadingPosts = ["/api/v1/search", "/api/v1/search/batch", "/api/v1/search/columns", "/api/v1/preview"];

    protected override (string Key, string? Value)[] Settings => [("Security:RequireKey", "all"), ("Security:AdminKey", AdminKey)];

    private IEnumerable<(CallTemplate Call, RouteEndpoint Endpoint)> Closed =>
        Calls.Of(System).Where(call => !Calls.IsFile(call.Call) && !Open.Contains($"{call.Call.Method} {call.Call.Path}"));

    [Fact]
    public void EveryOpenCall_IsOneThatIsMeantToBe() => Assert.All(
        Calls.Of(System).Where(call => Calls.IsAnonymous(call.Endpoint) && !Calls.IsFile(call.Call)),
        call => Assert.Contains($"{call.Call.Method} {call.Call.Path}", Open));

    [Fact]
    public async Task EveryCall_WithoutAKey_Is401()
    {
        Assert.True(Closed.Count() > 15, $"Only {Closed.Count()} calls were found.");
        foreach (var (call, _) in Closed)
        {
            using var response = await SendAsync(new HttpMethod(call.Method), Filled(call), key: null);

            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{call}: {(int)response.StatusCode}");
            Assert.Equal("Bearer realm=\"ImageSearch\"", response.Headers.WwwAuthenticate.ToString());
            await ProblemAsync(response, HttpStatusCode.Unauthorized, "key-required");
        }
    }

    [Theory]
    [InlineData("isk_abcdefghijkl_0123456789012345678901234567890123456789")]
    [InlineData("nonsense")]
    [InlineData("operators-own-key-0123456789abcdeF")]
    public async Task EveryCall_WithAnUnknownKey_Is401(string key)
    {
        foreach (var (call, _) in Closed)
        {
            using var response = await SendAsync(new HttpMethod(call.Method), Filled(call), key);

            await ProblemAsync(response, HttpStatusCode.Unauthorized, "key-required");
            Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EveryWrite_WithAKeyThatReads_Is403()
    {
        var (_, key) = await CreateKeyAsync("read");
        var writes = Closed.Where(call => IsWrite(call.Call) || call.Call.Path.StartsWith("/api/v1/keys", StringComparison.Ordinal)).ToList();
        Assert.True(writes.Count > 5, $"Only {writes.Count} writes were found.");
        foreach (var (call, _) in writes)
        {
            using var response = await SendAsync(new HttpMethod(call.Method), Filled(call), key);

            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{call}: {(int)response.StatusCode}");
            await ProblemAsync(response, HttpStatusCode.Forbidden, "scope-missing");
        }
    }

    [Fact]
    public async Task EveryCall_WithAKeyThatMay_GetsThroughToItsHandler()
    {
        var (_, read) = await CreateKeyAsync("read");
        var (_, write) = await CreateKeyAsync("write");
        foreach (var (call, _) in Closed.Where(call => !call.Call.Path.EndsWith("/events", StringComparison.Ordinal)))
        {
            var key = call.Path.StartsWith("/api/v1/keys", StringComparison.Ordinal) ? AdminKey : IsWrite(call) ? write : read;
            using var response = await SendAsync(new HttpMethod(call.Method), Filled(call), key);

            Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{call}: {(int)response.StatusCode}");
        }
    }

    [Fact]
    public async Task EveryKeysCall_WithAKeyThatWrites_Is403()
    {
        var (_, key) = await CreateKeyAsync("write");
        foreach (var (call, _) in Closed.Where(call => call.Call.Path.StartsWith("/api/v1/keys", StringComparison.Ordinal)))
        {
            await ProblemAsync(await SendAsync(new HttpMethod(call.Method), Filled(call), key), HttpStatusCode.Forbidden, "scope-missing");
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/app.css")]
    [InlineData("/sign-in")]
    public async Task WhatIsOpen_WithoutAKey_IsAnswered(string address) =>
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync(address, Token)).StatusCode);

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/api/v1/images/../../metrics")]
    public async Task AddressOfNothing_WithoutAKey_Is401(string address) =>
        await ProblemAsync(await SendAsync(HttpMethod.Get, address, key: null), HttpStatusCode.Unauthorized, "key-required");

    [Fact]
    public async Task Picture_WithAKey_IsNotForSharedCaches()
    {
        var picture = GeneratedPicture.Png(1, 32, 32);
        await System.AddAsync(picture, "a.png");
        foreach (var part in new[] { "content", "thumbnail" })
        {
            using var response = await SendAsync(HttpMethod.Get, $"/api/v1/images/{ImageId.Of(picture)}/{part}", AdminKey);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl is { Private: true, Public: false, MaxAge.TotalDays: > 300 }, response.Headers.CacheControl?.ToString());
        }

        Assert.True((await Http.GetAsync("/favicon.svg", Token)).Headers.CacheControl is not { Private: true });
    }

    private static bool IsWrite(CallTemplate call) => call.Method is not ("GET" or "HEAD" or "OPTIONS") && !ReadingPosts.Contains(call.Path);

    private static string Filled(CallTemplate call) => Parameter().Replace(call.Path, new string('0', 64));

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
