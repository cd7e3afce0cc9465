using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest.Uploads;

/// <summary>The header by which a client marks an upload that it may have to send again.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Says that the answer is that of an earlier upload with the same key.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaximumLength = 128;

    /// <returns>The key; null when the request has none.</returns>
    /// <exception cref="ProblemException">It has one that is none.</exception>
    public static string? Of(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return null;
        }

        return values is [{ Length: > 0 and <= MaximumLength } key] && key.All(c => c is >= ' ' and <= '~')
            ? key
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid-idempotency-key",
                $"{Header} must be one text of 1 to {MaximumLength} printable ASCII characters: a UUID, say.");
    }
}
