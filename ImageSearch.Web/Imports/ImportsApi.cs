using System.Text.RegularExpressions;
using ImageSearch.Core.Contracts;
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

    private static async Task<ForwardedResult> StatusAsync(string id, HttpContext context, IngestClient ingest, CancellationToken cancellationToken) =>
        ImportId().IsMatch(id)
            ? new ForwardedResult(await ingest.ForwardAsync(context.Request, $"/imports/{id}", cancellationToken), ApiAddress.Prefix)
            : throw new ProblemException(StatusCodes.Status404NotFound, "unknown-import", "There is no such import. Use the id that starting it gave.");

    // Whatever ingest makes ids of: nothing that could lead to another of its addresses.
    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex ImportId();
}
