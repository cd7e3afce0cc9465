using System.Text.RegularExpressions;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Imports;

/// <summary>Imports of many pictures, which ingest carries out.</summary>
internal static partial class ImportsApi
{
    public static RouteGroupBuilder MapImportsApi(this RouteGroupBuilder api)
    {
        var imports = api.MapGroup("/imports").WithTags("Imports")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        imports.MapPost("/", StartAsync)
            .WithName("startImport")
            .WithSummary("Import pictures from URLs or from a folder")
            .WithDescription("Give `urls` or `folder`. Folders are read on the server, and only below the roots that its operator allowed.")
            .Accepts<ImportRequest>("application/json")
            .Produces<ImportStarted>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        imports.MapGet("/", ListAsync)
            .WithName("listImports")
            .WithSummary("The last 50 imports, newest first")
            .WithDescription("Without their problems: those of one, it tells itself.")
            .Produces<ImportList>();
        imports.MapPost("/{id}/cancel", CancelAsync)
            .WithName("cancelImport")
            .WithSummary("Stop an import")
            .WithDescription(
                "What was taken in stays. It stops within some seconds; one that is done stays done. Repeating it changes nothing.")
            .Produces<ImportStatus>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
        imports.MapPost("/{id}/resume", ResumeAsync)
            .WithName("resumeImport")
            .WithSummary("Let a cancelled import go on")
            .WithDescription("From where it stopped. One that runs or is done stays as it is.")
            .Produces<ImportStatus>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
        imports.MapGet("/{id}", StatusAsync)
            .WithName("getImport")
            .WithSummary("How far an import has come")
            .Produces<ImportStatus>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<ForwardedResult> StartAsync(
        HttpContext context, IngestClient ingest, IOptions<IngestOptions> options, CancellationToken cancellationToken)
    {
        context.LimitBody(options.Value.MaximumImportBytes);

        if (!context.Request.HasJsonContentType())
        {
            throw Problem.UnsupportedContent("Send application/json with urls or folder.");
        }

        return new ForwardedResult(await ingest.ForwardAsync(context.Request, "/imports", cancellationToken), ApiAddress.Prefix);
    }

    private static async Task<ForwardedResult> ListAsync(HttpContext context, IngestClient ingest, CancellationToken cancellationToken) =>
        new(await ingest.ForwardAsync(context.Request, "/imports", cancellationToken), ApiAddress.Prefix);

    private static Task<ForwardedResult> StatusAsync(
        string id, HttpContext context, IngestClient ingest, CancellationToken cancellationToken) =>
        ForwardAsync(id, "", context, ingest, cancellationToken);

    private static Task<ForwardedResult> CancelAsync(
        string id, HttpContext context, IngestClient ingest, CancellationToken cancellationToken) =>
        ForwardAsync(id, "/cancel", context, ingest, cancellationToken);

    private static Task<ForwardedResult> ResumeAsync(
        string id, HttpContext context, IngestClient ingest, CancellationToken cancellationToken) =>
        ForwardAsync(id, "/resume", context, ingest, cancellationToken);

    private static async Task<ForwardedResult> ForwardAsync(
        string id, string verb, HttpContext context, IngestClient ingest, CancellationToken cancellationToken)
    {
        ThrowUnlessId(id);
        // None of these takes a body. One that stalls would be waited for after the answer.
        return new ForwardedResult(
            await ingest.ForwardAsync(context.Request, $"/imports/{id}{verb}", cancellationToken, withBody: false), ApiAddress.Prefix);
    }

    /// <exception cref="ProblemException">No import has such an id.</exception>
    public static void ThrowUnlessId(string id)
    {
        if (!ImportId().IsMatch(id))
        {
            throw Unknown();
        }
    }

    public static ProblemException Unknown() =>
        new(StatusCodes.Status404NotFound, "unknown-import", "There is no such import. Use the id that starting it gave.");

    // Whatever ingest makes ids of: nothing that could lead to another of its addresses.
    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex ImportId();
}
