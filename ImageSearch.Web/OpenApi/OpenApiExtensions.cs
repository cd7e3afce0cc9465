using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
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
            // Their converters hide from the generator what they are in JSON.
            var schemas = document.Components!.Schemas!;
            schemas[nameof(ImageId)] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Pattern = "^[0-9a-f]{64}$",
                Description = "SHA-256 of the picture's bytes.",
            };
            schemas[nameof(ApiScope)] = Words<ApiScope>();
            schemas[nameof(ImageState)] = Words<ImageState>();
            schemas[nameof(ImportState)] = Words<ImportState>();
            schemas[nameof(MatchKind)] = Words<MatchKind>();
            schemas[nameof(UploadState)] = Words<UploadState>();
            foreach (var key in (string[])[nameof(KeyCreated), nameof(KeySummary)])
            {
                if (schemas.TryGetValue(key, out var schema) && schema.Properties!["scopes"] is OpenApiSchema scopes)
                {
                    scopes.Items = new OpenApiSchemaReference(nameof(ApiScope), document);
                }
            }

            BatchSchemas.Describe(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeWords(schema, context);
            return Task.CompletedTask;
        });
    });

    private static OpenApiSchema Words<T>()
        where T : struct, Enum => new()
        {
            Type = JsonSchemaType.String,
            Enum = [.. Enum.GetValues<T>().Where(value => value.ToString() != nameof(MatchKind.Unknown)).Select(
                value => JsonValue.Create(value.ToWord()))],
        };

    /// <summary>The words that a text is one of, which the generator does not read from the attribute.</summary>
    private static void DescribeWords(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: true) is [AllowedValuesAttribute words])
        {
            schema.Enum = [.. words.Values.OfType<string>().Select(word => JsonValue.Create(word))];
        }
    }
}
