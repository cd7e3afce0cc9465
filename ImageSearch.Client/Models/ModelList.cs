namespace ImageSearch.Client.Models;

/// <summary>The declared models.</summary>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models);
