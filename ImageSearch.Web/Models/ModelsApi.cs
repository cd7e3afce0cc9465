using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Models;

/// <summary><c>GET /api/v1/models</c>.</summary>
internal static class ModelsApi
{
    public static RouteGroupBuilder MapModelsApi(this RouteGroupBuilder api)
    {
        api.MapGet("/models", ListAsync)
            .WithName("listModels")
            .WithTags("Models")
            .WithSummary("The declared models, and what their shards hold")
            .WithDescription("A shard that does not answer has no count and says why.");
        return api;
    }

    private static async Task<Ok<ModelList>> ListAsync(ModelStatistics statistics, CancellationToken cancellationToken) =>
        TypedResults.Ok(await statistics.ReadAsync(cancellationToken));
}
