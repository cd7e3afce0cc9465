using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Errors;

/// <summary>
/// A request that cannot be answered, in the words that the client is told; <see cref="ProblemFilter"/> makes problem details of it.
/// </summary>
/// <param name="status">HTTP status.</param>
/// <param name="slug">Stable end of the problem's type, <c>urn:imagesearch:&lt;slug&gt;</c>.</param>
/// <param name="detail">What is wrong and what to do, for a person; without host paths or internals.</param>
/// <param name="cause">What led to it; for logs only.</param>
public sealed class ProblemException(int status, string slug, string detail, Exception? cause = null) : Exception(detail, cause)
{
    public int Status { get; } = status;

    public string Slug { get; } = slug;

    /// <summary>Further members of the answer. Default: none.</summary>
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>When the client may try again, in whole seconds. Default: after 5 s where the status is 503, else not said.</summary>
    public TimeSpan? RetryAfter { get; init; } = status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(5) : null;
}
