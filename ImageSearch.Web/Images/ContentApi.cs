using System.ComponentModel;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Store;
using ImageSearch.Web.Thumbnails;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Images;

/// <summary>The bytes of pictures and of their small versions. The id is the hash of the content, so both may be cached for good.</summary>
internal static class ContentApi
{
    private const string Forever = "public, max-age=31536000, immutable";

    public static RouteGroupBuilder MapContentApi(this RouteGroupBuilder api)
    {
        var images = api.MapGroup("/images/{id}").WithTags("Images")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        images.MapGet("/content", ContentAsync)
            .WithName("getImageContent")
            .WithSummary("A picture's bytes")
            .WithDescription("Cacheable for good; answers range and conditional requests.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status304NotModified);
        images.MapGet("/thumbnail", ThumbnailAsync)
            .WithName("getImageThumbnail")
            .WithSummary("A small version of a picture, as WebP")
            .WithDescription("Cacheable for good; answers conditional requests.")
            .Produces(StatusCodes.Status200OK, contentType: Thumbnailer.ContentType)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<IResult> ContentAsync(
        string id, HttpContext context, IImageStore store, IBlobStore blobs, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var imageId = ImageRequests.Id(id);
        var image = await store.FindAsync(imageId, cancellationToken) ?? throw Problem.UnknownImage(imageId);
        var tag = new EntityTagHeaderValue($"\"{imageId}\"");
        if (Unchanged.IsKnown(context, tag))
        {
            return new Unchanged(tag, Forever);
        }

        var content = await blobs.OpenReadAsync(BlobKeys.Image(imageId), cancellationToken);
        if (content is null)
        {
            Log.ContentMissing(loggers.CreateLogger(typeof(ContentApi).FullName!), imageId.ToString());
            throw Problem.UnknownImage(imageId);
        }

        context.Response.Headers.CacheControl = Forever;
        context.Response.Headers.ContentDisposition = SafeContent.Disposition(image);
        return TypedResults.Stream(content, SafeContent.TypeOf(image), entityTag: tag, enableRangeProcessing: true);
    }

    private static async Task<IResult> ThumbnailAsync(
        string id,
        HttpContext context,
        IImageStore store,
        ThumbnailCache thumbnails,
        CancellationToken cancellationToken,
        [Description("Longest side in pixels, 1 to 1024; rounded up to 64, 128, 256, 512 or 1024. Default 256.")] string? size = null)
    {
        var imageId = ImageRequests.Id(id);
        var step = ThumbnailSizes.Step(size);
        _ = await store.FindAsync(imageId, cancellationToken) ?? throw Problem.UnknownImage(imageId);
        var tag = new EntityTagHeaderValue($"\"{imageId}-{step}\"");
        if (Unchanged.IsKnown(context, tag))
        {
            return new Unchanged(tag, Forever);
        }

        var content = await thumbnails.GetAsync(imageId, step, cancellationToken) ?? throw Problem.UnknownImage(imageId);
        context.Response.Headers.CacheControl = Forever;
        return TypedResults.Bytes(content, Thumbnailer.ContentType, entityTag: tag);
    }
}
