using System.Net;

namespace ImageSearch.Client;

/// <summary>A call that was not carried out. <see cref="Exception.Message"/> is a sentence for a person.</summary>
public sealed class ImageSearchException : Exception
{
    public ImageSearchException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    internal ImageSearchException(string message, HttpStatusCode status, ImageSearchProblem? problem, TimeSpan? retryAfter)
        : base(message)
    {
        StatusCode = status;
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>Null when there was no answer: the server is away, or the connection broke.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>What the server said; null when it said nothing that can be read.</summary>
    public ImageSearchProblem? Problem { get; }

    /// <summary>How long the server asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
