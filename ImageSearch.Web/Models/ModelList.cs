namespace ImageSearch.Web.Models;

/// <summary>Answer of <c>GET /api/v1/models</c>.</summary>
internal sealed record ModelList(IReadOnlyList<ModelSummary> Models);
