using System.ComponentModel;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Images;

/// <summary>Puts failed extractions back to work.</summary>
internal static class RetryApi
{
    public static RouteGroupBuilder MapRetryApi(this RouteGroupBuilder api)
    {
        var images = api.MapGroup("/images").WithTags("Images").ProducesProblem(StatusCodes.Status400BadRequest);
        images.MapPost("/{id}/retry", RetryOneAsync)
            .WithName("retryImage")
            .WithSummary("Try one picture's failed extractions again")
            .ProducesProblem(StatusCodes.Status404NotFound);
        images.MapPost("/retry", RetryAllAsync)
            .WithName("retryImages")
            .WithSummary("Try all failed extractions again");
        return api;
    }

    private static async Task<Accepted<RetryResponse>> RetryOneAsync(
        string id,
        IImageStore store,
        FailureRetrier retrier,
        IOptions<ModelRoutes> models,
        CancellationToken cancellationToken,
        [Description("Only this model's.")] string? model = null)
    {
        var imageId = ImageRequests.Id(id);
        _ = await store.FindAsync(imageId, cancellationToken) ?? throw Problem.UnknownImage(imageId);
        return TypedResults.Accepted(
            $"/api/v1/images/{imageId}",
            new RetryResponse(await retrier.RetryAsync(Failures(model, models.Value) with { Ids = [imageId] }, cancellationToken)));
    }

    private static async Task<Accepted<RetryResponse>> RetryAllAsync(
        FailureRetrier retrier,
        IOptions<ModelRoutes> models,
        CancellationToken cancellationToken,
        [Description("Must be `failed`: what to retry.")] string? state = null,
        [Description("Only this model's.")] string? model = null)
    {
        if (state != "failed")
        {
            throw Problem.InvalidParameter("state", "Only what failed can be tried again: say state=failed.");
        }

        return TypedResults.Accepted(
            "/api/v1/images?state=pending", new RetryResponse(await retrier.RetryAsync(Failures(model, models.Value), cancellationToken)));
    }

    private static FailureFilter Failures(string? model, ModelRoutes models) => new() { Models = ImageRequests.Models(model, models) };
}
