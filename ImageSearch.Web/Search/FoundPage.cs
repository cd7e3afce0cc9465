
namespace ImageSearch.Web.Search;

/// <summary>A part of a ranking, and what the shards answered that it is made of.</summary>
/// <param name="Copies">Results that show the picture that was looked for.</param>
internal sealed record FoundPage(RankPage Page, IReadOnlyList<ShardAnswer> Answers, IReadOnlySet<ImageId> Copies);
