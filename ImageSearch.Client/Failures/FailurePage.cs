namespace ImageSearch.Client.Failures;

/// <summary>One page of what models have given up.</summary>
/// <param name="Next">Cursor of the following page; null at the end.</param>
/// <param name="Reasons">All reasons that there are, and how many failures have each.</param>
public sealed record FailurePage(IReadOnlyList<Failure> Failures, string? Next, IReadOnlyList<FailureReason>? Reasons = null);
