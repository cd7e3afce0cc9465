namespace ImageSearch.Ingest.Problems;

/// <summary>The request cannot be served; <see cref="ProblemFilter"/> turns it into problem details.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="problem">Stable slug of the problem's type.</param>
/// <param name="message">What is wrong and what to do, for a person; without host paths or internals.</param>
internal sealed class RequestProblemException(int status, string problem, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Problem { get; } = problem;
}
