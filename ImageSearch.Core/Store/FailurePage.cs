namespace ImageSearch.Core.Store;

/// <summary>One page of failed extractions; <paramref name="Next"/> is the cursor of the following page, null at the end.</summary>
public sealed record FailurePage(IReadOnlyList<Extraction> Failures, string? Next);
