using System.ComponentModel;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Images;

/// <summary>What models gave up: to be looked at, tried again or discarded.</summary>
internal static class FailuresApi
{
    private const int MaximumReasons = 50;

    /// <summary>No reason that this system writes is longer.</summary>
    private const int LongestReason = 4000;

    public static RouteGroupBuilder MapFailuresApi(this RouteGroupBuilder api)
    {
        var failures = api.MapGroup("/failures").WithTags("Failures").ProducesProblem(StatusCodes.Status400BadRequest);
        failures.MapGet("/", ListAsync)
            .WithName("listFailures")
            .WithSummary("List what failed, and why")
            .WithDescription("One entry for each picture and model, those that failed last first.");
        failures.MapPost("/retry", RetryAsync)
            .WithName("retryFailures")
            .WithSummary("Try failed extractions again")
            .WithDescription("Those of the given pictures, or all that a model or a reason has; an empty object means all.")
            .Accepts<FailuresRequest>("application/json")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        failures.MapPost("/discard", DiscardAsync)
            .WithName("discardFailures")
            .WithSummary("Give failed pictures up")
            .WithDescription(
                "The pictures are deleted from the collection, in every model, if they are still failed. "
                + "Give the pictures, or what all of them have in common; an empty object means all that failed.")
            .Accepts<FailuresRequest>("application/json")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        return api;
    }

    private static async Task<Ok<FailureList>> ListAsync(
        IImageStore store,
        IOptions<ModelRoutes> models,
        CancellationToken cancellationToken,
        [Description("Only of this model.")] string? model = null,
        [Description("Only with exactly this reason.")] string? reason = null,
        [Description("Failures per page, 1 to 1000; default 50.")] string? limit = null,
        [Description("`next` of the page before.")] string? cursor = null)
    {
        var filter = Filter(model, reason, models.Value);
        var count = ImageRequests.Limit(limit);
        FailurePage page;
        try
        {
            page = await store.ListFailuresAsync(filter, count, string.IsNullOrEmpty(cursor) ? null : cursor, cancellationToken);
        }
        catch (FormatException)
        {
            throw Problem.InvalidParameter("cursor", "cursor must be the value of next from the page before.");
        }

        var reasons = await store.CountFailuresAsync(filter with { Reason = null }, MaximumReasons, cancellationToken);
        var records = await store.FindAsync([.. page.Failures.Select(failure => failure.Id).Distinct()], cancellationToken);
        return TypedResults.Ok(new FailureList(
            [.. page.Failures.Where(failure => records.ContainsKey(failure.Id)).Select(
                failure => Shown(failure, records[failure.Id].Source))],
            page.Next,
            reasons));
    }

    private static async Task<Accepted<RetryResponse>> RetryAsync(
        HttpContext context, FailureRetrier retrier, IOptions<ModelRoutes> models,
        CancellationToken cancellationToken) => TypedResults.Accepted(
        "/api/v1/images?state=pending",
        new RetryResponse(await retrier.RetryAsync(await ReadAsync(context, models.Value, cancellationToken), cancellationToken)));

    private static async Task<Ok<DiscardResponse>> DiscardAsync(
        HttpContext context, FailureDiscarder discarder, IOptions<ModelRoutes> models,
        CancellationToken cancellationToken) => TypedResults.Ok(
        new DiscardResponse(await discarder.DiscardAsync(await ReadAsync(context, models.Value, cancellationToken), cancellationToken)));

    private static async Task<FailureFilter> ReadAsync(HttpContext context, ModelRoutes models, CancellationToken cancellationToken)
    {
        var request = await BulkRequests.ReadAsync<FailuresRequest>(context, cancellationToken);
        var filter = Filter(request.Model, request.Reason, models);
        return request.Ids is null ? filter : filter with { Ids = BulkRequests.Ids(request.Ids) };
    }

    private static FailureFilter Filter(string? model, string? reason, ModelRoutes models) => new()
    {
        Models = ImageRequests.Models(model, models),
        Reason = reason switch
        {
            null or "" => null,
            { Length: > LongestReason } => throw Problem.InvalidParameter("reason", "reason must be one of those that this list has."),
            _ => reason,
        },
    };

    private static Failure Shown(Extraction failure, string source) => new(
        failure.Id, failure.Model.Name, failure.Model.Version, failure.Attempts, failure.Reason ?? "", failure.At, source,
        ImageLinks.Thumbnail(failure.Id));
}
