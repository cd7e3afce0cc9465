using System.Net.Http.Json;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>Which calls may be repeated.</summary>
public static class IdempotencyExtensions
{
    private static readonly HttpRequestOptionsKey<bool> Marked = new("ImageSearch.Idempotent");

    /// <summary>Says that repeating this call does no harm though its method does not promise it: a search by POST, say.</summary>
    public static HttpRequestMessage MarkIdempotent(this HttpRequestMessage request)
    {
        request.Options.Set(Marked, true);
        return request;
    }

    /// <summary>The call may be repeated, and its body is still there to be sent again.</summary>
    internal static bool CanRepeat(this HttpRequestMessage request) => request.IsIdempotent() && CanResend(request.Content);

    /// <summary>The body does not come from a stream, which could be read only once.</summary>
    internal static bool CanResend(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(CanResend),
        _ => false,
    };

    private static bool IsIdempotent(this HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Put
            || request.Method == HttpMethod.Delete
        || request.Method == HttpMethod.Options || (request.Options.TryGetValue(Marked, out var marked) && marked);
}
