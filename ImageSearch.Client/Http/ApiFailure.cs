using System.Net;
using System.Text.Json;

namespace ImageSearch.Client.Http;

/// <summary>What an answer that is none means, and whether to ask again.</summary>
internal static class ApiFailure
{
    private const int MaximumProblemBytes = 1024 * 1024;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    public static async Task<ImageSearchException> ReadAsync(HttpResponseMessage response, ImageSearchClientOptions options, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false);
        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.TimeProvider.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return new ImageSearchException(Sentence(response, problem, options), response.StatusCode, problem, retryAfter < TimeSpan.Zero ? TimeSpan.Zero : retryAfter);
    }

    /// <summary>How long to wait before the call is made again; null: asking again is of no use.</summary>
    public static TimeSpan? Wait(ImageSearchException failure, ApiCall call, int attempt, TimeSpan maximum) => failure.StatusCode switch
    {
        // The server has refused it before it did anything.
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when failure.RetryAfter is { } asked => asked,
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when call.Repeatable => BackOff(attempt, maximum),
        // A proxy found nobody behind it. What the server itself says is that the caller's deadline has passed: no second one was granted.
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout when call.Repeatable && failure.Problem is null => BackOff(attempt, maximum),
        // The first attempt's work under the same key goes on.
        HttpStatusCode.Conflict when failure.Problem?.Slug == "idempotency-in-flight" => failure.RetryAfter ?? BackOff(attempt, maximum),
        _ => null,
    };

    public static TimeSpan BackOff(int attempt, TimeSpan maximum)
    {
        var wait = FirstWait * Math.Pow(2, attempt);
        return wait < maximum ? wait : maximum;
    }

    private static string Sentence(HttpResponseMessage response, ImageSearchProblem? problem, ImageSearchClientOptions options) => response.StatusCode switch
    {
        _ when problem?.Detail is { Length: > 0 } detail => detail,
        HttpStatusCode.Unauthorized => "The server wants an API key, or does not know the one that it was given.",
        HttpStatusCode.Forbidden => "The API key does not allow this.",
        HttpStatusCode.NotFound => $"{options.Root} does not know this call. Is it an ImageSearch of the same version?",
        _ => $"{options.Root} answered with status {(int)response.StatusCode}{(problem?.Title is { Length: > 0 } title ? $", {title}" : "")}.",
    };

    private static async Task<ImageSearchProblem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(MaximumProblemBytes, cancellationToken).ConfigureAwait(false);
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, ContractsJson.Default.ImageSearchProblem, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // The status says enough.
            return null;
        }
    }
}
