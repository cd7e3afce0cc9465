using ImageSearch.Core.Imports;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// <c>POST /imports</c> starts an import of URLs or of a folder; <c>GET /imports/{id}</c> tells how far it has come, <c>GET /imports</c>
/// how far the last ones; <c>POST /imports/{id}/cancel</c> and <c>/resume</c> stop one and let it go on.
/// </summary>
internal static class ImportsApi
{
    private const int Listed = 50;

    public static RouteGroupBuilder MapImports(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/imports").AddEndpointFilter<ProblemFilter>();
        group.MapPost("/", StartAsync);
        group.MapGet("/", ListAsync);
        group.MapGet("/{id}", FindAsync);
        group.MapPost("/{id}/cancel", CancelAsync);
        group.MapPost("/{id}/resume", ResumeAsync);
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

    private static async Task<Ok<ImportList>> ListAsync(IImportStore imports, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ImportList([.. (await imports.ListAsync(Listed, cancellationToken)).Select(import => import.ToStatus())]));

    private static async Task<Ok<ImportStatus>> FindAsync(string id, IImportStore imports, CancellationToken cancellationToken) =>
        TypedResults.Ok((await imports.FindAsync(id, cancellationToken) ?? throw Unknown()).ToStatus());

    private static async Task<Accepted<ImportStatus>> CancelAsync(string id, IImportStore imports, CancellationToken cancellationToken) =>
        TypedResults.Accepted($"/imports/{id}", (await imports.CancelAsync(id, cancellationToken) ?? throw Unknown()).ToStatus());

    private static async Task<Accepted<ImportStatus>> ResumeAsync(
        string id, IImportStore imports, ImportSignal signal, CancellationToken cancellationToken)
    {
        var import = await imports.ResumeAsync(id, cancellationToken) ?? throw Unknown();
        signal.Notify();
        return TypedResults.Accepted($"/imports/{id}", import.ToStatus());
    }

    private static ProblemException Unknown() => new(
        StatusCodes.Status404NotFound, "unknown-import", "There is no import with this id: use the one that starting it gave.");
}
