namespace ImageSearch.Web.Problems;

/// <summary>A request that cannot be answered, in the words that the client is told.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="slug">Stable end of the problem's type, <c>urn:imagesearch:&lt;slug&gt;</c>.</param>
/// <param name="detail">A sentence that says what to do.</param>
internal sealed class ProblemException(int status, string slug, string detail, Exception? cause = null) : Exception(detail, cause)
{
    public int Status { get; } = status;

    public string Slug { get; } = slug;

    /// <summary>Every bad value with its sentence, when there are such.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
