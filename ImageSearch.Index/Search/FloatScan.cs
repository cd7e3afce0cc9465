using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>A scan of <see cref="FloatSegment"/>s.</summary>
/// <param name="queries">One query as it is, several interleaved in groups of the kernel's.</param>
internal sealed unsafe class FloatScan(
    PanelKernel kernel, Snapshot snapshot, float* queries, int count, int dimension, in SearchOptions options, TagFilter? tag, CancellationToken cancellationToken)
    : Scan(snapshot, count, dimension * PanelKernel.Rows * sizeof(float), options, tag, cancellationToken)
{
    private readonly float* _queries = queries;

    protected override IDisposable NewScratch() => new Scratch<float>(Queries == 1 ? Stride : Stride * kernel.BatchQueries);

    protected override void Work(Segment segment, int firstRow, int firstPanel, int panels, int rows, IDisposable scratch, TopK[] best)
    {
        var memory = ((FloatSegment)segment).Panels(firstPanel);
        var first = firstPanel * PanelKernel.Rows;
        var scores = ((Scratch<float>)scratch).Pointer;
        if (Queries == 1)
        {
            kernel.Score(memory, panels, _queries, dimension, scores);
            Select(segment, firstRow, first, rows, scores, best[0]);
            return;
        }

        for (var query = 0; query < Queries; query += kernel.BatchQueries)
        {
            kernel.ScoreBatch(memory, panels, _queries + ((nint)query * dimension), dimension, scores, Stride);
            for (var i = 0; i < kernel.BatchQueries && query + i < Queries; i++)
            {
                Select(segment, firstRow, first, rows, scores + ((nint)i * Stride), best[query + i]);
            }
        }
    }

    /// <summary>Looks through scores: sixteen at a time, and at single ones only where one of them may be among the best.</summary>
    private void Select(Segment segment, int firstRow, int first, int rows, float* scores, TopK best)
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
    }
}
