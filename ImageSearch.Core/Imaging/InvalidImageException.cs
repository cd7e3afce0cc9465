namespace ImageSearch.Core.Imaging;

/// <summary>The bytes are no picture that this system takes. No further attempt will change that.</summary>
/// <param name="problem">Stable slug for problem details, such as <c>unsupported-format</c>.</param>
/// <param name="message">What is wrong and what to do, for a person; without paths or internals.</param>
public sealed class InvalidImageException(string problem, string message) : Exception(message)
{
    public string Problem { get; } = problem;
}
