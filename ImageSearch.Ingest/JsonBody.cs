using System.Text.Json;
using System.Text.Json.Serialization;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest;

/// <summary>Reads a JSON body; whatever is wrong with it becomes problem details, in every environment alike.</summary>
internal static class JsonBody
{
    /// <summary>
    /// A member that is unknown or stands twice is an error: what is passed over is done otherwise than its sender thinks.
    /// </summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static async Task<T> ReadAsync<T>(HttpRequest request) where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "Send the body as JSON, with Content-Type: application/json.");
        }

        try
        {
            return await request.ReadFromJsonAsync<T>(Json, request.HttpContext.RequestAborted) ?? throw Invalid("null");
        }
        catch (JsonException e)
        {
            throw Invalid($"see {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
        }
        catch (InvalidOperationException)
        {
            throw Invalid("its Content-Type names a charset that there is not");
        }
    }

    private static ProblemException Invalid(string where) =>
        new(
            StatusCodes.Status400BadRequest,
            "invalid-json",
            $"The body is not the JSON object that this call takes ({where}): see the API's description.");
}
