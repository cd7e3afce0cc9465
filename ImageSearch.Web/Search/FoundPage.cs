namespace ImageSearch.Web.Search;

/// <summary>A part of a ranking, and what the shards answered that it is made of.</summary>
internal sealed record FoundPage(RankPage Page, IReadOnlyList<ShardAnswer> Answers);
