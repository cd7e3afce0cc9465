using System.Diagnostics;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The engine as the benchmark sees it: rows by their numbers.</summary>
internal sealed class OwnIndex(IVectorIndex index)
{
    /// <summary>As the index server reads them from the store.</summary>
    private const int Page = 2048;

    private readonly SearchResults _results = new();

    public IndexMemory Memory => index.Memory;

    /// <returns>How long the index took, without the making of the rows.</returns>
    public TimeSpan Fill(IRowSource source)
    {
        var took = TimeSpan.Zero;
        var page = new List<VectorChange>(Page);
        for (var first = 0; first < source.Count; first += Page)
        {
            var count = Math.Min(Page, source.Count - first);
            var rows = source.Rows(first, count);
            var started = Stopwatch.GetTimestamp();
            for (var row = 0; row < count; row++)
            {
                page.Add(new VectorChange(NumberedIds.Id(first + row), rows.Slice(row * index.Dimension, index.Dimension), []));
            }

            index.Apply(page);
            page.Clear();
            took += Stopwatch.GetElapsedTime(started);
        }

        return took;
    }

    public void Search(ReadOnlySpan<float> queries, int k, int ef) => index.Search(queries, new SearchOptions(k, Ef: ef), _results, CancellationToken.None);

    /// <summary>Rows that the last search found; -1 where it found fewer.</summary>
    public void CopyRows(int query, Span<int> rows)
    {
        rows.Fill(-1);
        var hits = _results[query];
        for (var i = 0; i < hits.Length; i++)
        {
            rows[i] = NumberedIds.Number(hits[i].Id);
        }
    }
}
