using System.ComponentModel;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults;
using ImageSearch.Web.OpenApi;
using ImageSearch.Web.Peers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Images;

/// <summary>Adding, listing, showing and deleting pictures.</summary>
internal static class ImagesApi
{
    public static RouteGroupBuilder MapImagesApi(this RouteGroupBuilder api)
    {
        var images = api.MapGroup("/images").WithTags("Images");
        images.MapPost("/", AddAsync)
            .WithName("addImages")
            .WithSummary("Add pictures")
            .WithDescription(
                "A form of one or more parts `file`, and any number of fields `tag`. The same bytes are one picture, however often they are added. "
                + "A picture is searchable some seconds after it was accepted; `GET /api/v1/images/{id}` tells.")
            .WithUploadRequestBody()
            .WithIdempotencyKey()
            .Produces<UploadResponse>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        images.MapGet("/", ListAsync)
            .WithName("listImages")
            .WithSummary("List the collection, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        images.MapGet("/{id}", GetAsync)
            .WithName("getImage")
            .WithSummary("One picture's record, and its state in every model")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        images.MapDelete("/{id}", DeleteAsync)
            .WithName("deleteImage")
            .WithSummary("Delete a picture")
            .WithDescription("It is gone from every search within two seconds.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<ForwardedResult> AddAsync(
        HttpContext context, IngestClient ingest, IOptions<ImageLimits> limits, CancellationToken cancellationToken)
    {
        context.LimitBody(limits.Value.MaximumRequestBytes);

        if (!context.Request.HasFormContentType)
        {
            throw Problem.UnsupportedContent("Send multipart/form-data with one or more parts named file.");
        }

        return new ForwardedResult(await ingest.ForwardAsync(context.Request, "/images", cancellationToken), ApiAddress.Prefix);
    }

    private static async Task<Ok<ImagePage>> ListAsync(
        IImageStore store,
        IOptions<ModelRoutes> models,
        CancellationToken cancellationToken,
        [Description("`pending` (for any model), `indexed` (for all) or `failed` (for any).")] string? state = null,
        [Description("Judge the state for this model only.")] string? model = null,
        [Description("Only pictures with this tag.")] string? tag = null,
        [Description("Pictures per page, 1 to 1000; default 50.")] string? limit = null,
        [Description("`next` of the page before.")] string? cursor = null)
    {
        var filter = ImageRequests.Filter(state, model, tag, models.Value);
        var count = ImageRequests.Limit(limit);
        try
        {
            return TypedResults.Ok(await store.ListAsync(filter, count, string.IsNullOrEmpty(cursor) ? null : cursor, cancellationToken));
        }
        catch (FormatException)
        {
            throw Problem.InvalidParameter("cursor", "cursor must be the value of next from the page before.");
        }
    }

    private static async Task<Ok<ImageDetails>> GetAsync(
        string id, IImageStore store, IOptions<ModelRoutes> models, CancellationToken cancellationToken)
    {
        var imageId = ImageRequests.Id(id);
        var image = await store.FindAsync(imageId, cancellationToken) ?? throw Problem.UnknownImage(imageId);
        return TypedResults.Ok(Details(image, models.Value, await store.FindExtractionsAsync(imageId, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(string id, ImageRemover remover, CancellationToken cancellationToken)
    {
        var imageId = ImageRequests.Id(id);
        return await remover.RemoveAsync(imageId, cancellationToken) ? TypedResults.NoContent() : throw Problem.UnknownImage(imageId);
    }

    /// <summary>A picture's record, and its state in every declared model.</summary>
    public static ImageDetails Details(ImageRecord image, ModelRoutes models, IReadOnlyList<Extraction> extractions) => new(
        image.Id,
        image.Source,
        image.ContentType,
        image.Width,
        image.Height,
        image.Bytes,
        image.Tags,
        image.AddedAt,
        [.. models.Select(model => StateOf(model.Key, extractions.FirstOrDefault(extraction => extraction.Model == model.Key)))]);

    // No entry: the model has not come to it yet.
    private static ModelState StateOf(ModelKey model, Extraction? extraction) => extraction is null
        ? new ModelState(model.Name, model.Version, ImageState.Pending, 0, null, null)
        : new ModelState(
            model.Name, model.Version, extraction.State, extraction.Attempts, extraction.Reason,
            extraction.Labels.Count > 0 ? extraction.Labels : null);
}
