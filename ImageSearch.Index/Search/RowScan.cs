using System.Numerics.Tensors;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>Compares every vector in float32, one after the other: what tells how good the faster ways are.</summary>
internal static class RowScan
{
    /// <summary>Rows between two looks at whether to stop.</summary>
    private const int Stride = 4096;

    /// <param name="results">Has room for all, and is empty.</param>
    public static void Search(
        ReadView snapshot, ReadOnlySpan<float> queries, int dimension, in SearchOptions options, TagFilter? tag, SearchResults results,
        CancellationToken cancellationToken)
    {
        var best = new TopK(options.K, options.MinimumScore, snapshot);
        for (var query = 0; query < results.Queries; query++)
        {
            best.Reset(options.K, options.MinimumScore, snapshot);
            for (var slot = 0; slot < snapshot.Parts.Length; slot++)
            {
                var (segment, rows) = snapshot.Parts[slot];
                for (var row = 0; row < rows; row++)
                {
                    if (row % Stride == 0)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                    }

                    if (!segment!.Matches(row, snapshot.Version, tag))
                    {
                        continue;
                    }

                    var score = TensorPrimitives.Dot(queries.Slice(query * dimension, dimension), segment.Vector(row));
                    if (score >= best.Threshold)
                    {
                        best.Add(new RowHit((slot << snapshot.SegmentShift) + row, score));
                    }
                }

                GC.KeepAlive(segment); // its memory was read through spans that do not hold it
            }

            results.Set(query, best, snapshot);
        }
    }
}
