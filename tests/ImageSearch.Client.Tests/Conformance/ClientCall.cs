namespace ImageSearch.Client.Tests.Conformance;

/// <summary>A call of the client.</summary>
/// <param name="Operation">The API's name of what it calls.</param>
internal sealed record ClientCall(string Operation, Func<ImageSearchClient, Task<object?>> CallAsync)
{
    /// <summary>The member of the answer that the client takes out of it; null: it returns all.</summary>
    public string? Member { get; init; }
}
