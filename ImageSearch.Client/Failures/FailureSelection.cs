namespace ImageSearch.Client.Failures;

/// <summary>Which failures to retry or to discard: those of pictures, or those of a model or with a reason; with nothing set, all.</summary>
public sealed record FailureSelection
{
    public IReadOnlyList<string>? Ids { get; init; }

    public string? Model { get; init; }

    public string? Reason { get; init; }
}
