using System.Text.Json.Nodes;
using ImageSearch.Web.Search;
using Microsoft.OpenApi;

namespace ImageSearch.Web.OpenApi;

/// <summary>Bodies that handlers read as streams, which nothing can infer a description from.</summary>
internal static class RequestBodies
{
    public static RouteHandlerBuilder WithUploadRequestBody(this RouteHandlerBuilder builder) =>
        builder.WithRequestBody("Pictures, and tags for all of them.", ("multipart/form-data", Object(
            ["file"],
            ("file", Array(Binary("A picture; the part may be repeated."))),
            ("tag", Array(Text("A tag; the field may be repeated.")))), null));

    public static RouteHandlerBuilder WithSearchRequestBody(this RouteHandlerBuilder builder) => builder
        .WithRequestBody(
            "The picture to search by.",
            ("multipart/form-data", Object(
                [], [("file", Binary("The picture; needed unless there is `text`.")), .. Examples(), .. Parameters()]), null),
            (
                "application/json",
                Object(
                    [],
                    [
                        ("url", Text("Where the picture is on the web.")),
                        ("imageId", Text("A picture of the collection.")),
                        .. Examples(),
                        ("cursor", Text("`next` of an earlier answer, to go on with it: alone, without any other property or parameter.")),
                        .. Parameters(),
                    ]),
                new JsonObject { ["url"] = "https://example.org/cat.jpg", ["k"] = 10 }))
        .WithSearchParameters();

    public static RouteHandlerBuilder WithBatchRequestBody(this RouteHandlerBuilder builder) => builder
        .WithRequestBody(
            "The pictures to search by.",
            ("multipart/form-data", Object(
                ["file"], [("file", Array(Binary("A picture; the part may be repeated."))), .. Parameters()]), null),
            (
                "application/json",
                Object(
                    ["queries"],
                    [("queries", Array(Object([], ("url", Text("Where the picture is on the web.")), ("imageId", Text("A picture of the collection."))))), .. Parameters()]),
                new JsonObject { ["queries"] = new JsonArray(new JsonObject { ["url"] = "https://example.org/cat.jpg" }), ["k"] = 10 }))
        .WithSearchParameters();

    /// <summary>The parameters of a search in the query string.</summary>
    /// <param name="required">One more, without which there is no search.</param>
    public static RouteHandlerBuilder WithSearchParameters(this RouteHandlerBuilder builder, string? required = null) =>
        builder.TakesQuery(required is null ? SearchParametersReader.Names : [required, .. SearchParametersReader.Names])
            .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var own = Examples().Where(parameter => parameter.Name == required);
            operation.Parameters = [.. operation.Parameters ?? [], .. own.Concat(Parameters()).Select(parameter => new OpenApiParameter
            {
                Name = parameter.Name, In = ParameterLocation.Query, Schema = parameter.Schema, Description = parameter.Schema.Description,
                Required = parameter.Name == required,
            }), .. Headers()];
            return Task.CompletedTask;
        });

    private static RouteHandlerBuilder WithRequestBody(
        this RouteHandlerBuilder builder, string description, params (string Type, OpenApiSchema Schema, JsonNode? Example)[] contents) =>
        builder.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = description,
                Required = true,
                Content = contents.ToDictionary(
                    content => content.Type,
                    content => new OpenApiMediaType { Schema = content.Schema, Example = content.Example?.DeepClone() }),
            };
            return Task.CompletedTask;
        });

    private static (string Name, OpenApiSchema Schema)[] Examples() =>
    [
        ("text", new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 500, Description = "Words that describe what to find, in English for the model that ships." }),
        ("positive", Array(Text("Pictures of the collection to find more like; with `negative` at most 16."))),
        ("negative", Array(Text("Pictures of the collection to find less like; not without `positive`, `text` or a file."))),
    ];

    private static (string Name, OpenApiSchema Schema)[] Parameters() =>
    [
        ("k", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 10, Description = "Results at most." }),
        ("model", Text("Name of the model; without it the weights choose.")),
        ("sticky", new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128, Description = "Names the client: where the weights choose, they choose the same for it each time." }),
        (
            "minScore",
            new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "-1", Maximum = "1", Description = "Lowest score of a result." }),
        ("tag", Text("Only pictures with this tag.")),
        ("crop", Text("The part to search by: x,y,w,h in fractions (0..1) of the picture, such as 0.25,0.25,0.5,0.5.")),
        ("ef", new OpenApiSchema
        {
            Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "4096",
            Description = "Candidates that an approximate index looks at: more find more and take longer. Exact indexes ignore it.",
        }),
        ("group", Flag("Whether pictures that are nearly the same are folded into one result, with the others as its `duplicates`; `k` then counts groups.")),
        ("relevant", Flag("Whether pictures below the cut-off are left out.")),
        ("next", Flag(
            "Whether a `next` of more than 512 characters is given, too: that of a search whose vector the store does not have.")),
    ];

    private static IEnumerable<OpenApiParameter> Headers() =>
    [
        new OpenApiParameter
        {
            Name = "X-Client-Id", In = ParameterLocation.Header, Description = "The same as `sticky`.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128 },
        },
        new OpenApiParameter
        {
            Name = "X-Deadline-Ms", In = ParameterLocation.Header,
            Description = "Milliseconds that the client waits: shards that are late are left out of the answer.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "60000" },
        },
    ];

    private static OpenApiSchema Object(string[] required, params (string Name, OpenApiSchema Schema)[] properties) => new()
    {
        Type = JsonSchemaType.Object,
        Required = required.ToHashSet(),
        Properties = properties.ToDictionary(property => property.Name, IOpenApiSchema (property) => property.Schema),
    };

    private static OpenApiSchema Array(OpenApiSchema items) =>
        new() { Type = JsonSchemaType.Array, Items = items, Description = items.Description };

    private static OpenApiSchema Binary(string description) =>
        new() { Type = JsonSchemaType.String, Format = "binary", Description = description };

    private static OpenApiSchema Flag(string description) =>
        new() { Type = JsonSchemaType.Boolean, Default = false, Description = description };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
