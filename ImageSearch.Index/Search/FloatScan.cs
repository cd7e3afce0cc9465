using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>Scans of <see cref="FloatSegment"/>s.</summary>
internal sealed unsafe class FloatScan(PanelKernel kernel, int dimension) : Scan(dimension * PanelKernel.Rows * sizeof(float))
{
    /// <summary>One query as it is, several interleaved in groups of the kernel's.</summary>
    private readonly Scratch<float> _queries = new();

    /// <inheritdoc cref="Scan.Run"/>
    /// <param name="queries">One after the other.</param>
    public void Search(
        int threads, Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        var group = kernel.BatchQueries * dimension;
        var groups = (results.Queries + kernel.BatchQueries - 1) / kernel.BatchQueries;
        _queries.Reserve((long)groups * group);
        if (results.Queries == 1)
        {
            queries.CopyTo(new Span<float>(_queries.Pointer, dimension));
        }
        else
        {
            for (var g = 0; g < groups; g++)
            {
                kernel.Interleave(
                    queries[(g * group)..Math.Min((g + 1) * group, queries.Length)], dimension, new Span<float>(_queries.Pointer + ((nint)g * group), group));
            }
        }

        Run(threads, snapshot, options, tag, results, cancellationToken);
    }

    protected override ScanWorker NewWorker() => new Worker();

    protected override void Work(ScanWorker worker, Segment segment, int firstRow, int firstPanel, int panels, int rows)
    {
        var memory = ((FloatSegment)segment).Panels(firstPanel);
        var first = firstPanel * PanelKernel.Rows;
        var scores = ((Worker)worker).Scores(Queries == 1 ? Stride : Stride * kernel.BatchQueries);
        if (Queries == 1)
        {
            kernel.Score(memory, panels, _queries.Pointer, dimension, scores);
            Select(segment, firstRow, first, rows, scores, 0, worker.Best[0]);
            return;
        }

        for (var query = 0; query < Queries; query += kernel.BatchQueries)
        {
            kernel.ScoreBatch(memory, panels, _queries.Pointer + ((nint)query * dimension), dimension, scores, Stride);
            for (var i = 0; i < kernel.BatchQueries && query + i < Queries; i++)
            {
                Select(segment, firstRow, first, rows, scores + ((nint)i * Stride), query + i, worker.Best[query + i]);
            }
        }
    }

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
