namespace ImageSearch.Client.Images;

/// <summary>Body of a change of many pictures' tags.</summary>
internal sealed record TagsRequest(IReadOnlyList<string> Ids, IReadOnlyList<string> Add, IReadOnlyList<string> Remove);
