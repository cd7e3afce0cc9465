using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest;

/// <summary>Reads a JSON body; whatever is wrong with it becomes problem details, in every environment alike.</summary>
internal static class JsonBody
{
    public static async Task<T> ReadAsync<T>(HttpRequest request) where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "Send the body as JSON, with Content-Type: application/json.");
        }

        try
        {
            return await request.ReadFromJsonAsync<T>(request.HttpContext.RequestAborted) ?? throw Invalid();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: Content-Type names a charset that there is not.
            throw Invalid();
        }
    }

    private static ProblemException Invalid() =>
        new(StatusCodes.Status400BadRequest, "invalid-json", "The body is not the JSON object that this call takes: see the API's description.");
}
