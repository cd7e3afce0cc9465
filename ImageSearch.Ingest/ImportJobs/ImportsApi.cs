using ImageSearch.Core.Contracts;
using ImageSearch.Core.Imports;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary><c>POST /imports</c> starts an import of URLs or of a folder; <c>GET /imports/{id}</c> tells how far it has come.</summary>
internal static class ImportsApi
{
    public static RouteGroupBuilder MapImports(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/imports").AddEndpointFilter<ProblemFilter>();
        group.MapPost("/", StartAsync);
        group.MapGet("/{id}", FindAsync);
        return group;
    }

    private static async Task<Accepted<ImportStarted>> StartAsync(
        HttpRequest request, ImportRequestReader reader, IImportStore imports, ImportSignal signal, IngestTelemetry telemetry)
    {
        var import = reader.Read(await JsonBody.ReadAsync<ImportRequest>(request));
        await imports.AddAsync(import, request.HttpContext.RequestAborted);
        telemetry.ImportChanged("started");
        signal.Notify();
        return TypedResults.Accepted($"/imports/{import.Id}", new ImportStarted(import.Id));
    }

    private static async Task<Ok<ImportStatus>> FindAsync(string id, IImportStore imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(id, cancellationToken) is { } import
            ? TypedResults.Ok(new ImportStatus(
                import.Id, import.Total, import.Accepted, import.Duplicate, import.Rejected, import.Done, import.Problems ?? []))
            : throw new ProblemException(
                StatusCodes.Status404NotFound, "unknown-import", "There is no import with this id: use the one that starting it gave.");
}
