namespace ImageSearch.Client.Status;

/// <summary>One extractor.</summary>
/// <param name="State"><c>ready</c>, <c>loading</c>, <c>away</c>.</param>
/// <param name="Error">Why it is not ready; null when it is.</param>
public sealed record SystemExtractor(string? Address = null, string? State = null, string? Error = null);
