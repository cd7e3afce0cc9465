namespace ImageSearch.Client.Failures;

/// <summary>A reason, and how many failures have it.</summary>
public sealed record FailureReason(string Reason, long Count);
