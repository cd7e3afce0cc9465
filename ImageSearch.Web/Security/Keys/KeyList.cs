namespace ImageSearch.Web.Security.Keys;

/// <summary>Answer of <c>GET /api/v1/keys</c>, newest first.</summary>
internal sealed record KeyList(IReadOnlyList<KeySummary> Keys);
