using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Searches whose results outlive the next one.</summary>
internal static class Searching
{
    public static IReadOnlyList<ShardHit> Search(this IVectorIndex index, ReadOnlySpan<float> query, in SearchOptions options, CancellationToken cancellationToken)
    {
        Assert.Equal(index.Dimension, query.Length);
        return index.SearchBatch(query, options, cancellationToken)[0];
    }

    public static ShardHit[][] SearchBatch(this IVectorIndex index, ReadOnlySpan<float> queries, in SearchOptions options, CancellationToken cancellationToken)
    {
        var results = new SearchResults();
        index.Search(queries, options, results, cancellationToken);
        return [.. Enumerable.Range(0, results.Queries).Select(query => results[query].ToArray())];
    }
}
