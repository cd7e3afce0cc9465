namespace ImageSearch.Client.Images;

/// <summary>Body of a call about many pictures.</summary>
internal sealed record IdsRequest(IReadOnlyList<string> Ids);
