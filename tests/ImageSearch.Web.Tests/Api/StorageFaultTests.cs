using System.Net;
using ImageSearch.Core;
using ImageSearch.Core.Blobs;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Tests.Api;

/// <summary>What a disk that refuses means for those who look and those who tidy up.</summary>
public sealed class StorageFaultTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(7, 300, 200);
    private static readonly ImageId Id = ImageId.Of(Picture);

    private string Blobs => Path.Combine(System.Services.GetRequiredService<IOptions<DataOptions>>().Value.Directory, "blobs");

    [Fact]
    public async Task Thumbnail_CannotBeCached_IsServedEachTime()
    {
        await System.AddAsync(Picture, "picture.png");
        // In the place of the folder of thumbnails: nothing can be written below it.
        await File.WriteAllTextAsync(Path.Combine(Blobs, "thumbnails"), "in the way", Token);

        for (var i = 0; i < 2; i++)
        {
            using var response = await Http.GetAsync($"/api/v1/images/{Id}/thumbnail?size=128", Token);
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(Token));
        }

        var health = await JsonAsync(await Http.GetAsync("/health", Token));
        Assert.Equal("Degraded", (string?)health["checks"]!["storage"]!["status"]);
        Assert.Contains("disk that keeps the collection fails", (string?)health["checks"]!["storage"]!["description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_ThumbnailsCannotBeReached_RemovesThePicture()
    {
        await System.AddAsync(Picture, "picture.png");
        await File.WriteAllTextAsync(Path.Combine(Blobs, "thumbnails"), "in the way", Token);

        using var response = await Http.DeleteAsync($"/api/v1/images/{Id}", Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.False(await System.Blobs.ExistsAsync(BlobKeys.Image(Id), Token));
    }
}
