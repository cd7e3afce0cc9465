using System.Net;
using ImageSearch.Client.Images;
using ImageSearch.Client.Tests.Support;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Client.Tests;

/// <summary>A system that wants keys.</summary>
public sealed class KeysTests : ClientTest
{
    private const string AdminKey = "the-key-of-an-operator-who-begins-here";

    protected override (string Key, string? Value)[] Settings => [("Security:RequireKey", "All"), ("Security:AdminKey", AdminKey)];

    [Fact]
    public async Task WithoutAKey_NothingIsAnswered()
    {
        var e = await Assert.ThrowsAsync<ImageSearchException>(() => Client.GetModelsAsync(Token));

        Assert.Equal((HttpStatusCode.Unauthorized, "key-required"), (e.StatusCode, e.Problem!.Slug));
    }

    [Fact]
    public async Task Key_OpensWhatItsScopeSays_UntilItIsRevoked()
    {
        var admin = Create(new ImageSearchClientOptions { ApiKey = AdminKey });

        var created = await admin.Keys.CreateAsync("a reader", ApiScope.Read, Token);
        var reader = Create(new ImageSearchClientOptions { ApiKey = created.Key });
        var models = await reader.GetModelsAsync(Token);
        var upload = await Assert.ThrowsAsync<ImageSearchException>(
            () => reader.Images.UploadAsync([UploadFile.FromBytes(GeneratedPicture.Png(1, 32, 32), "a.png")], cancellationToken: Token));
        await admin.Keys.RevokeAsync(created.Id, Token);
        var revoked = await Assert.ThrowsAsync<ImageSearchException>(() => reader.GetModelsAsync(Token));
        var listed = Assert.Single(await admin.Keys.ListAsync(Token), key => key.Id == created.Id);

        Assert.Equal(2, models.Count);
        Assert.Equal((HttpStatusCode.Forbidden, "scope-missing"), (upload.StatusCode, upload.Problem!.Slug));
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
        Assert.Equal(("a reader", true), (listed.Name, listed.RevokedAt is not null));
        Assert.Equal([ApiScope.Read], listed.Scopes);
        Assert.DoesNotContain(created.Key, created.ToString(), StringComparison.Ordinal);
    }
}
