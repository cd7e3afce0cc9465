using ImageSearch.Core.Contracts;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>The engine as the benchmark sees it: rows by their numbers. What it costs beyond a call of the engine is for the build only.</summary>
internal sealed class OwnIndex(IVectorIndex index, int k)
{
    /// <summary>As the index server reads them from the store.</summary>
    private const int Page = 2048;

    private IReadOnlyList<ShardHit>[] _results = [];

    /// <summary>Bytes by the index's own account, and those that files back.</summary>
    public (long Resident, long Mapped) Account => (index.Bytes, 0);

    public void Fill(ReadOnlyMemory<float> rows)
    {
        var (dimension, count) = (index.Dimension, rows.Length / index.Dimension);
        var page = new List<VectorChange>(Page);
        for (var row = 0; row < count; row++)
        {
            page.Add(new VectorChange(NumberedIds.Id(row), rows.Slice(row * dimension, dimension), []));
            if (page.Count == Page || row == count - 1)
            {
                index.Apply(page);
                page.Clear();
            }
        }
    }

    public void Search(ReadOnlySpan<float> queries, int ef)
    {
        _ = ef;
        _results = index.SearchBatch(queries, new SearchFilter(k), CancellationToken.None);
    }

    /// <summary>Rows that the last search found; -1 where it found fewer.</summary>
    public void CopyRows(int query, Span<int> rows)
    {
        rows.Fill(-1);
        var hits = _results[query];
        for (var i = 0; i < hits.Count; i++)
        {
            rows[i] = NumberedIds.Number(hits[i].Id);
        }
    }
}
