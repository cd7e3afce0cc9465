using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>Scans of <see cref="FloatSegment"/>s.</summary>
internal sealed unsafe class FloatScan(PanelKernel kernel, int dimension) : Scan(dimension * PanelKernel.Rows * sizeof(float))
{
    /// <summary>Queries, at most, that are done sooner one by one than as a group.</summary>
    private const int MostSingle = 2;

    /// <summary>Groups of queries, at most, that fetch the next block while they pass over this one. With fewer, memory would be asked for more than it gives.</summary>
    private const int MostFetching = 4;

    /// <summary>Interleaved in groups of the kernel's, and behind them those that are looked at one by one.</summary>
    private readonly Scratch<float> _queries = new();

    /// <inheritdoc cref="Scan.Run"/>
    /// <param name="queries">One after the other.</param>
    public void Search(
        int threads, Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        var count = results.Queries;
        var size = kernel.BatchQueries * dimension;
        _queries.Reserve((count + kernel.BatchQueries - 1L) / kernel.BatchQueries * size);
        var grouped = Grouped(count);
        for (var first = 0; first < grouped; first += kernel.BatchQueries)
        {
            var group = queries[(first * dimension)..Math.Min((first * dimension) + size, queries.Length)];
            kernel.Interleave(group, dimension, new Span<float>(Query(first), size));
        }

        if (grouped < count)
        {
            queries[(grouped * dimension)..].CopyTo(new Span<float>(Query(grouped), (count - grouped) * dimension));
        }

        Run(threads, snapshot, options, tag, results, cancellationToken);
    }

    protected override ScanWorker NewWorker() => new Worker();

    protected override void Work(ScanWorker worker, Segment segment, int firstRow, int firstPanel, int panels, int rows)
    {
        var memory = ((FloatSegment)segment).Panels(firstPanel);
        var first = firstPanel * PanelKernel.Rows;
        var scores = ((Worker)worker).Scores(Stride * kernel.BatchQueries);
        var grouped = Grouped(Queries);
        var groups = (grouped + kernel.BatchQueries - 1) / kernel.BatchQueries;
        var fetching = Math.Min(groups - 1, MostFetching);
        var blockBytes = panels * PanelKernel.Rows * dimension * sizeof(float);
        var ahead = (byte*)memory + blockBytes;
        for (var query = 0; query < grouped; query += kernel.BatchQueries)
        {
            // The last ones, so that queries on their way through the cache do not push it out again; the first one has this block to wait for.
            var aheadBytes = query / kernel.BatchQueries < groups - fetching ? 0 : blockBytes / fetching;
            kernel.ScoreBatch(
                memory, panels, Query(query), Math.Min(Queries - query, kernel.BatchQueries), dimension, scores, Stride, ahead, aheadBytes);
            ahead += aheadBytes;
            for (var i = 0; i < kernel.BatchQueries && query + i < Queries; i++)
            {
                Select(segment, firstRow, first, rows, scores + ((nint)i * Stride), query + i, worker.Best[query + i]);
            }
        }

        for (var query = grouped; query < Queries; query++)
        {
            kernel.Score(memory, panels, Query(query), dimension, scores);
            Select(segment, firstRow, first, rows, scores, query, worker.Best[query]);
        }
    }

    /// <summary>Queries that are looked at in groups; a few others one by one, as a group takes its time even if it is not full.</summary>
    private int Grouped(int queries) => queries % kernel.BatchQueries <= MostSingle ? queries / kernel.BatchQueries * kernel.BatchQueries : queries;

    private float* Query(int number) => _queries.Pointer + ((nint)number * dimension);

    /// <summary>Looks through scores: sixteen at a time, and at single ones only where one of them may be among the best.</summary>
    private void Select(Segment segment, int firstRow, int first, int rows, float* scores, int query, TopK best)
    {
        for (var i = 0; i < rows; i += PanelKernel.Rows)
        {
            if (!Vector512.GreaterThanOrEqualAny(Vector512.Load(scores + i), Vector512.Create(best.Threshold)))
            {
                continue;
            }

            for (var row = i; row < Math.Min(i + PanelKernel.Rows, rows); row++)
            {
                if (scores[row] >= best.Threshold && Matches(segment, first + row))
                {
                    best.Add(new RowHit(firstRow + first + row, scores[row]));
                }
            }
        }

        Share(query, best, best.Threshold);
    }

    private sealed class Worker : ScanWorker
    {
        private readonly Scratch<float> _scores = new();

        public float* Scores(int length)
        {
            _scores.Reserve(length);
            return _scores.Pointer;
        }
    }
}
