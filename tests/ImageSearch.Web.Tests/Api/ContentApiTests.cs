using System.Net;
using System.Net.Http.Headers;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class ContentApiTests(SmallLimitsFixture fixture) : ApiTest, IClassFixture<SmallLimitsFixture>
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 300, 200);
    private static readonly ImageId Id = ImageId.Of(Picture);

    private protected override WebSystem? Shared => fixture.System;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await System.AddAsync(Picture, "../../some dir/ein Bild \"ä\"\r\n.jpg.exe");
    }

    [Fact]
    public async Task Content_IsThePictureAsItCame_CacheableAndHarmless()
    {
        using var response = await Http.GetAsync($"/api/v1/images/{Id}/content", Token);

        Assert.Equal(Picture, await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal($"\"{Id}\"", response.Headers.ETag?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var disposition = response.Content.Headers.ContentDisposition!;
        Assert.Equal("inline", disposition.DispositionType);
        Assert.Equal("ein Bild _ä___.jpg.png", disposition.FileNameStar);
    }

    // In escapes where the characters hide or turn the text around them.
    [Theory]
    [InlineData("cats & dogs.jpg", "cats & dogs.png", "cats & dogs.png")]
    [InlineData("\u0928\u092e\u0938\u094d\u0924\u0947.jpg", "\u0928\u092e\u0938\u094d\u0924\u0947.png", "______.png")]
    [InlineData("cafe\u0301.jpg", "cafe\u0301.png", "cafe_.png")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F!.jpg", "\U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F!.png", "_____ __!.png")]
    [InlineData("100% \"real\"; name=x.jpg", "100% _real_; name=x.png", "100_ _real_; name=x.png")]
    [InlineData("a\u202Egpj.exe", "a_gpj.png", "a_gpj.png")]
    [InlineData("x\r\nSet-Cookie: a=b.jpg", "x__Set-Cookie_ a=b.png", "x__Set-Cookie_ a=b.png")]
    [InlineData("..\\..\\etc/passwd", "passwd.png", "passwd.png")]
    [InlineData("https://example.org/a%2F..%2Fb%26c.jpg?x=1#y", "b&c.png", "b&c.png")]
    public async Task Content_IsNamedAfterItsSource(string source, string name, string ascii)
    {
        var bytes = GeneratedPicture.Png(source.GetHashCode(StringComparison.Ordinal), 16, 16);
        await System.AddAsync(bytes, source, indexed: false);

        using var response = await Http.GetAsync($"/api/v1/images/{ImageId.Of(bytes)}/content", Token);

        var header = response.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.Equal($"inline; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}", header);
        Assert.Equal(name, response.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Content_IfNoneMatch_IsNotModified()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{Id}/content") { Headers = { { "If-None-Match", $"\"{Id}\"" } } };

        using var response = await Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("content", "\"{0}\"")]
    [InlineData("content", "W/\"{0}\"")]
    [InlineData("content", "\"other\", \"{0}\"")]
    [InlineData("content", "*")]
    [InlineData("thumbnail?size=65", "\"{0}-128\"")]
    public async Task ContentAndThumbnail_IfNoneMatch_ReadNoBytes(string path, string known)
    {
        // A record whose bytes are not there: whoever reads them fails.
        var id = ImageId.Of(global::System.Text.Encoding.UTF8.GetBytes($"no bytes of {path} {known}"));
        await System.Store.AddAsync(new ImageRecord(id, "a.png", "image/png", 1, 1, 1, [], default), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{id}/{path}");
        request.Headers.TryAddWithoutValidation("If-None-Match", known.Replace("{0}", id.ToString(), StringComparison.Ordinal));

        using var response = await Http.SendAsync(request, Token);
        using var unconditional = await Http.GetAsync($"/api/v1/images/{id}/{path}", Token);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.StartsWith($"\"{id}", response.Headers.ETag?.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unconditional.StatusCode);
    }

    [Fact]
    public async Task Content_IfNoneMatchOfADeletedPicture_IsNotFound()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{ImageId.Of([1, 2, 3])}/content") { Headers = { { "If-None-Match", "*" } } };

        await ProblemAsync(await Http.SendAsync(request, Token), HttpStatusCode.NotFound, "unknown-image");
    }

    [Fact]
    public async Task Content_Range_IsThatPart()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{Id}/content") { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var beyond = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{Id}/content") { Headers = { Range = new RangeHeaderValue(10_000_000, null) } };

        using var response = await Http.SendAsync(request, Token);
        using var unsatisfiable = await Http.SendAsync(beyond, Token);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(Picture[10..20], await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal($"bytes 10-19/{Picture.Length}", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, unsatisfiable.StatusCode);
    }

    [Fact]
    public async Task Content_OfATypeThatIsNoPicture_IsAnAttachment()
    {
        var page = "<script>alert(1)</script>"u8.ToArray();
        var id = ImageId.Of(page);
        await System.Blobs.PutAsync(BlobKeys.Image(id), page, Token);
        await System.Store.AddAsync(new ImageRecord(id, "x.html", "text/html", 1, 1, page.Length, [], default), Token);

        using var response = await Http.GetAsync($"/api/v1/images/{id}/content", Token);

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Theory]
    [InlineData("", 256)]
    [InlineData("?size=1", 64)]
    [InlineData("?size=64", 64)]
    [InlineData("?size=65", 128)]
    [InlineData("?size=1024", 300)]
    public async Task Thumbnail_AnySize_IsRoundedUpToAStep(string query, int longest)
    {
        using var response = await Http.GetAsync($"/api/v1/images/{Id}/thumbnail{query}", Token);

        var content = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal("image/webp", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal(longest, ImageInspector.Inspect(content, new ImageLimits()).Width);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1025")]
    [InlineData("big")]
    public async Task Thumbnail_BadSize_IsABadRequest(string size) =>
        await ProblemAsync(await Http.GetAsync($"/api/v1/images/{Id}/thumbnail?size={size}", Token), HttpStatusCode.BadRequest, "invalid-parameters");

    [Fact]
    public async Task Thumbnail_AskedForByManyAtOnce_IsTheSameForAllAndKept()
    {
        var fresh = GeneratedPicture.Png(2, 300, 200);
        var id = ImageId.Of(fresh);
        await System.AddAsync(fresh, "fresh.png");

        var thumbnails = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Http.GetByteArrayAsync($"/api/v1/images/{id}/thumbnail?size=200", Token)));

        Assert.All(thumbnails, thumbnail => Assert.Equal(thumbnails[0], thumbnail));
        Assert.Equal(thumbnails[0], await System.Blobs.GetAsync(BlobKeys.Thumbnail(id, 256), Token));
    }

    [Fact]
    public async Task Thumbnail_OfWhatDoesNotDecode_IsUnprocessable()
    {
        var broken = Picture[..(Picture.Length / 8)];
        var id = ImageId.Of(broken);
        await System.Blobs.PutAsync(BlobKeys.Image(id), broken, Token);
        await System.Store.AddAsync(new ImageRecord(id, "broken.png", "image/png", 300, 200, broken.Length, [], default), Token);

        using var response = await Http.GetAsync($"/api/v1/images/{id}/thumbnail", Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
