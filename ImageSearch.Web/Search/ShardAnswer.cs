
namespace ImageSearch.Web.Search;

/// <summary>A shard's answer, or why there is none.</summary>
internal sealed record ShardAnswer(int Shard, ShardSearchResponse? Response, string? Error)
{
    public ShardReport ToReport() => new(Shard, Response?.Count, Response?.TookMs, Response?.IndexedThrough, Error);
}
