namespace ImageSearch.Web.Images;

/// <summary>How many failures have the same reason.</summary>
internal sealed record FailureCount(string Reason, long Count);
