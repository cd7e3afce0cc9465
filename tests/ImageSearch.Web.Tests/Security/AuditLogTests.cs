using System.Net;
using System.Net.Http.Json;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Security;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

public sealed class AuditLogTests : Keyed
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 16, 16);

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Security:RequireKey", "writes"), ("Security:AdminKey", AdminKey), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
    ];

    [Fact]
    public async Task Write_IsLoggedWithWhoWhatAndItsOutcome()
    {
        var (id, key) = await CreateKeyAsync("write", "Ann");
        await System.AddAsync(Picture, "a.png");

        await SendAsync(HttpMethod.Delete, $"/api/v1/images/{ImageId.Of(Picture)}", key);
        await SendAsync(HttpMethod.Delete, $"/api/v1/images/{ImageId.Of(Picture)}", key);
        await SendAsync(HttpMethod.Delete, $"/api/v1/images/{ImageId.Of(Picture)}", key: null);
        await SendAsync(HttpMethod.Delete, $"/api/v1/images/{ImageId.Of(Picture)}", key, null, ("Origin", "http://evil.example"));

        // The last line may come after its answer.
        await Eventually.BecomesTrue(() => Task.FromResult(System.Log.Of(AuditLog.Category).Count() >= 5), cancellationToken: Token);
        string[] expected =
        [
            $"createKey POST /api/v1/keys by key operator (Security:AdminKey) from 127.0.0.1: 201 [key {id} (Ann), Write]",
            $"deleteImage DELETE /api/v1/images/{ImageId.Of(Picture)} by key {id} (Ann) from 127.0.0.1: 204",
            $"deleteImage DELETE /api/v1/images/{ImageId.Of(Picture)} by key {id} (Ann) from 127.0.0.1: 404",
            $"deleteImage DELETE /api/v1/images/{ImageId.Of(Picture)} by anonymous from 127.0.0.1: 401",
            $"deleteImage DELETE /api/v1/images/{ImageId.Of(Picture)} by anonymous from 127.0.0.1: 403",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), System.Log.Of(AuditLog.Category).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ReadsAndSearches_AreNotLogged()
    {
        await Http.GetAsync("/api/v1/images", Token);
        await Http.GetAsync("/", Token);
        await Http.PostAsync("/api/v1/search", Form(Picture), Token);

        Assert.Empty(System.Log.Of(AuditLog.Category));
    }

    [Fact]
    public async Task Path_WithLineBreaks_StaysOnItsLine()
    {
        await SendAsync(HttpMethod.Delete, "/api/v1/images/a%0d%0aaudit: forged", key: null);

        await Eventually.BecomesTrue(() => Task.FromResult(System.Log.Of(AuditLog.Category).Any()), cancellationToken: Token);
        Assert.DoesNotContain('\n', Assert.Single(System.Log.Of(AuditLog.Category)));
    }

    [Fact]
    public async Task Secrets_AreInNoLineAtAnyLevel()
    {
        var (_, key) = await CreateKeyAsync("write");
        await SendAsync(HttpMethod.Get, "/api/v1/keys", AdminKey);
        await SendAsync(HttpMethod.Get, "/api/v1/keys", key: null, null, ("Authorization", $"Bearer {AdminKey}"));
        await SendAsync(HttpMethod.Post, "/api/v1/images", key, Form(Picture));
        await SendAsync(HttpMethod.Post, "/api/v1/imports", key, JsonContent.Create(new { urls = new[] { "http://example.org/a.png" } }));
        await SendAsync(HttpMethod.Get, "/collection", key: null, null, ("Cookie", $"imagesearch-key={key}"));
        await SendAsync(HttpMethod.Post, "/session", key: null, new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = key }));
        var forged = key[..^1] + (key[^1] == 'x' ? 'y' : 'x');
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/keys", forged)).StatusCode);

        Assert.True(System.Log.Lines.Count > 100, "Too little was logged for this to show anything.");
        foreach (var secret in new[] { AdminKey, key[^40..], forged[^40..] })
        {
            Assert.DoesNotContain(System.Log.Lines, line => $"{line.Text} {line.Values}".Contains(secret, StringComparison.Ordinal));
        }
    }
}
