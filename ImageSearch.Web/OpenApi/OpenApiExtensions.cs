using ImageSearch.Core.Images;
using Microsoft.OpenApi;

namespace ImageSearch.Web.OpenApi;

/// <summary>The description of the API, <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiExtensions
{
    public const string DocumentName = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ImageSearch";
            document.Info.Version = DocumentName;
            document.Info.Description =
                "Search by image over a collection that keeps growing. Errors are problem details (RFC 9457) with a stable `type`, "
                + "`urn:imagesearch:<slug>`, and a `detail` that says what to do.";
            // Addresses are relative: the document is the same whatever host and proxy it is read through.
            document.Servers = [];
            // Its converter hides from the generator what it is in JSON.
            document.Components!.Schemas![nameof(ImageId)] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Pattern = "^[0-9a-f]{64}$",
                Description = "SHA-256 of the picture's bytes.",
            };
            BatchSchemas.Describe(document);
            return Task.CompletedTask;
        });
    });
}
