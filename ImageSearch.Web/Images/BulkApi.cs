using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Images;

/// <summary>What is done to many pictures at once.</summary>
internal static class BulkApi
{
    public static RouteGroupBuilder MapBulkApi(this RouteGroupBuilder api)
    {
        var images = api.MapGroup("/images").WithTags("Images")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        images.MapPost("/delete", DeleteAsync)
            .WithName("deleteImages")
            .WithSummary("Delete many pictures")
            .WithDescription("Up to 1,000 at once. They are gone from every search within two seconds. Repeating it changes nothing.")
            .Accepts<DeleteImagesRequest>("application/json");
        images.MapPost("/tags", TagAsync)
            .WithName("tagImages")
            .WithSummary("Add tags to many pictures, or take them away")
            .WithDescription(
                "Up to 1,000 pictures at once. Searches with a tag see the change within two seconds. Repeating it changes nothing.")
            .Accepts<TagImagesRequest>("application/json");
        return api;
    }

    private static async Task<Ok<DeleteImagesResponse>> DeleteAsync(
        HttpContext context, ImageRemover remover, CancellationToken cancellationToken)
    {
        var ids = BulkRequests.Ids((await BulkRequests.ReadAsync<DeleteImagesRequest>(context, cancellationToken)).Ids);
        var deleted = await remover.RemoveAsync(ids, cancellationToken);
        return TypedResults.Ok(new DeleteImagesResponse(deleted, ids.Count - deleted));
    }

    private static async Task<Ok<TagImagesResponse>> TagAsync(HttpContext context, IImageStore store, CancellationToken cancellationToken)
    {
        var change = await ChangeTagsAsync(
            store, await BulkRequests.ReadAsync<TagImagesRequest>(context, cancellationToken), cancellationToken);
        return TypedResults.Ok(new TagImagesResponse(change.Changed, change.Unknown));
    }

    /// <exception cref="ProblemException">There are too many pictures or tags, or none, or one is no tag.</exception>
    public static Task<TagChange> ChangeTagsAsync(IImageStore store, TagImagesRequest request, CancellationToken cancellationToken)
    {
        var ids = BulkRequests.Ids(request.Ids);
        var (add, remove) = (BulkRequests.Tags("add", request.Add), BulkRequests.Tags("remove", request.Remove));
        if (add.Count + remove.Count == 0)
        {
            throw Problem.InvalidParameter("add", "Give tags to add, to remove, or both.");
        }

        if (add.Intersect(remove, StringComparer.Ordinal).Any())
        {
            throw Problem.InvalidParameter("remove", "A tag cannot be added and removed at once.");
        }

        // Other spellings go: that of a tag that is added, too, so that no picture has it twice.
        var gone = remove.SelectMany(TagRule.Spellings).Concat(add.SelectMany(tag => TagRule.Spellings(tag).Skip(1)));
        return store.ChangeTagsAsync(ids, add, [.. gone], cancellationToken);
    }
}
