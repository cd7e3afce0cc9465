using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// A scan of <see cref="CodeSegment"/>s that finds what a scan of the float32 vectors would find, and nothing else, for a quarter of the
/// memory traffic. With x the vector, q the query and x', q' what their codes stand for:
/// <code>
/// x·q = x'·q' + x'·(q - q') + (x - x')·q   so   x·q ≤ x'·q' + |x'|·|q - q'| + |x - x'|·|q|
/// </code>
/// The right side is known from the codes and three lengths. A row whose right side is below the k-th best so far is none of the best;
/// any other is compared by its float32 vector. That is proof, not probability: nothing is lost by the codes but time.
/// </summary>
internal sealed unsafe class CodeScan(
    CodeKernel kernel, Snapshot snapshot, QueryCodes queries, int dimension, in SearchOptions options, TagFilter? tag, CancellationToken cancellationToken)
    : Scan(snapshot, queries.Count, CodeKernel.Padded(dimension) * CodeKernel.Rows, options, tag, cancellationToken)
{
    /// <summary>For what float32 arithmetic itself leaves out, of unit vectors.</summary>
    private const float Rounding = 4e-6f;

    protected override IDisposable NewScratch() => new Scratch<int>(Queries == 1 ? Stride : Stride * CodeKernel.BatchQueries);

    protected override void Work(Segment segment, int firstRow, int firstPanel, int panels, int rows, IDisposable scratch, TopK[] best)
    {
        var codes = (CodeSegment)segment;
        var (padded, first) = (CodeKernel.Padded(dimension), firstPanel * CodeKernel.Rows);
        var sums = ((Scratch<int>)scratch).Pointer;
        if (Queries == 1)
        {
            kernel.Score(codes.Panels(firstPanel), panels, queries.Codes(0), padded, sums);
            Select(codes, firstRow, first, rows, sums, 0, best[0]);
            return;
        }

        for (var query = 0; query < Queries; query += CodeKernel.BatchQueries)
        {
            kernel.ScoreBatch(codes.Panels(firstPanel), panels, queries.Codes(query), padded, sums, Stride);
            for (var i = 0; i < CodeKernel.BatchQueries && query + i < Queries; i++)
            {
                Select(codes, firstRow, first, rows, sums + ((nint)i * Stride), query + i, best[query + i]);
            }
        }
    }

    private void Select(CodeSegment segment, int firstRow, int first, int rows, int* sums, int query, TopK best)
    {
        // upper = scale · step · (sum - zero) + error · (|q| + |q - q'|) + |x|·|q - q'| + rounding, as |x'| ≤ |x| + error
        var scales = segment.Scales(first);
        var errors = segment.Errors(first);
        var zero = Vector512.Create(queries.Zero(query));
        var step = Vector512.Create(queries.Scale(query));
        var perError = Vector512.Create(queries.Norm(query) + queries.Error(query));
        var always = Vector512.Create((segment.LargestNorm * queries.Error(query)) + Rounding);
        for (var i = 0; i < rows; i += CodeKernel.Rows)
        {
            var estimate = Vector512.ConvertToSingle(Vector512.Load(sums + i) - zero) * (step * Vector512.Load(scales + i));
            var upper = Vector512.FusedMultiplyAdd(Vector512.Load(errors + i), perError, estimate + always);
            var candidates = Vector512.GreaterThanOrEqual(upper, Vector512.Create(best.Threshold)).ExtractMostSignificantBits();
            for (; candidates != 0; candidates &= candidates - 1)
            {
                var row = i + System.Numerics.BitOperations.TrailingZeroCount(candidates);
                if (row < rows && upper[row - i] >= best.Threshold && Matches(segment, first + row))
                {
                    var score = TensorPrimitives.Dot(queries.Vector(query), segment.Vector(first + row));
                    if (score >= best.Threshold)
                    {
                        best.Add(new RowHit(firstRow + first + row, score));
                    }
                }
            }
        }
    }
}
