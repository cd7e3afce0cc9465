using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// Scans of <see cref="CodeSegment"/>s that find what a scan of the float32 vectors would find, and nothing else, for an eighth of the
/// memory traffic. With x the vector, q the query and x', q' what their codes stand for:
/// <code>
/// x·q = x'·q' + x'·(q - q') + (x - x')·q   so   |x·q - x'·q'| ≤ |x'|·|q - q'| + |x - x'|·|q|
/// </code>
/// The right side is known when vector and query are encoded. So every row has a score that it has at least and one that it has at most:
/// <list type="number">
/// <item>All rows are looked at by the upper halves of their codes. The k-th best of what scores are at least is a threshold; a row that is
/// at most below it is none of the best. The others, some hundreds of 100,000, are candidates.</item>
/// <item>Candidates that are still above the threshold when all is seen are looked at by their whole codes, the most promising first.</item>
/// <item>Those that are still above it, some tens, are compared by their float32 vectors, which raises the threshold further.</item>
/// </list>
/// That is proof, not probability: nothing is lost by the codes but time.
/// </summary>
internal sealed unsafe class CodeScan(CodeKernel kernel, int dimension) : Scan(CodeKernel.PanelBytes(dimension))
{
    /// <summary>For what float32 arithmetic itself leaves out: of a score, and of the sum of a query's values.</summary>
    private const float Rounding = 4e-6f;
    private const float RoundingOfSum = 2e-6f;

    /// <summary>Queries, at most, that are done sooner one by one than as a group with others missing.</summary>
    private const int MostSingle = 5;

    /// <summary>Whole codes are asked for so many candidates ahead, as they come from anywhere in memory.</summary>
    private const int Ahead = 8;
    private const int CacheLine = 64;

    private readonly QueryCodes _queries = new(dimension);
    private readonly int _padded = CodeKernel.Padded(dimension);

    /// <inheritdoc cref="Scan.Run"/>
    /// <param name="queries">One after the other.</param>
    public void Search(
        int threads, Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, TagFilter? tag, SearchResults results, CancellationToken cancellationToken)
    {
        _queries.Reset(queries, results.Queries);
        Run(threads, snapshot, options, tag, results, cancellationToken);
    }

    protected override ScanWorker NewWorker() => new CodeWorker();

    protected override void Work(ScanWorker worker, Segment segment, int firstRow, int firstPanel, int panels, int rows)
    {
        var (mine, codes) = ((CodeWorker)worker, (CodeSegment)segment);
        var sums = mine.Sums(Stride * CodeKernel.BatchQueries);
        var grouped = Queries % CodeKernel.BatchQueries <= MostSingle ? Queries / CodeKernel.BatchQueries * CodeKernel.BatchQueries : Queries;
        for (var query = 0; query < grouped; query += CodeKernel.BatchQueries)
        {
            kernel.ScoreBatch(codes.Panels(firstPanel), panels, _queries.Group(query), _padded, sums, Stride);
            for (var i = 0; i < CodeKernel.BatchQueries && query + i < Queries; i++)
            {
                Select(mine, codes, firstRow, firstPanel, rows, sums + ((nint)i * Stride), query + i);
            }
        }

        for (var query = grouped; query < Queries; query++)
        {
            kernel.Score(codes.Panels(firstPanel), panels, _queries.Codes(query), _padded, sums);
            Select(mine, codes, firstRow, firstPanel, rows, sums, query);
        }
    }

    protected override void Finish(ScanWorker worker)
    {
        var mine = (CodeWorker)worker;
        for (var query = 0; query < Queries; query++)
        {
            Share(query, mine.Best[query], mine.Threshold(query));
            Refine(mine, query);
            CompareAll(mine, query);
        }
    }

    private static void Prefetch(byte* memory, int bytes)
    {
        if (Sse.IsSupported)
        {
            for (var i = 0; i < bytes; i += CacheLine)
            {
                Sse.Prefetch0(memory + i);
            }
        }
    }

    /// <summary>Collects the rows of a block that are candidates.</summary>
    private void Select(CodeWorker worker, CodeSegment segment, int firstRow, int firstPanel, int rows, int* sums, int query)
    {
        var bounds = new CodeBounds(_queries.Factors(query), Always(segment, _queries.Factors(query)));
        var factors = segment.Factors(firstPanel);
        var panels = (rows + CodeKernel.Rows - 1) / CodeKernel.Rows;
        var scores = stackalloc CodeBounds.Scores[1];
        for (var panel = 0; (panel = bounds.Find(factors, sums, panel, panels, worker.Threshold(query), scores)) < panels; panel++)
        {
            if (worker.Count(query) > worker.Capacity - CodeKernel.Rows)
            {
                Refine(worker, query);
            }

            for (var lanes = scores->Candidates; lanes != 0; lanes &= lanes - 1)
            {
                var lane = BitOperations.TrailingZeroCount(lanes);
                var inBlock = (panel * CodeKernel.Rows) + lane;
                var row = (firstPanel * CodeKernel.Rows) + inBlock;
                if (inBlock < rows && Matches(segment, row))
                {
                    var (estimate, margin) = (scores->Estimates[lane], scores->Margins[lane]);
                    worker.Add(query, new Candidate(firstRow + row, sums[inBlock], estimate + margin, estimate - margin));
                }
            }
        }

        Share(query, worker.Best[query], worker.Threshold(query));
    }

    /// <summary>
    /// Compares the most promising candidates, which tells where the threshold really is, and forgets those that are below it.
    /// If still many are left, it compares all, so that there is room for more.
    /// </summary>
    private void Refine(CodeWorker worker, int query)
    {
        var candidates = worker.Candidates(query);
        var count = worker.Count(query);
        var promising = worker.Lower[query].Threshold;
        var left = 0;
        for (var i = 0; i < count; i++)
        {
            if (candidates[i].Lower >= promising)
            {
                Compare(worker, query, candidates[i]);
            }
            else if (candidates[i].Upper >= worker.Threshold(query))
            {
                candidates[left++] = candidates[i];
            }
        }

        worker.Count(query) = left;
        if (left > worker.Capacity / 2)
        {
            CompareAll(worker, query);
        }
    }

    private void CompareAll(CodeWorker worker, int query)
    {
        var candidates = worker.Candidates(query);
        var count = worker.Count(query);
        var threshold = worker.Threshold(query);
        var left = 0;
        for (var i = 0; i < count; i++)
        {
            if (candidates[i].Upper >= threshold)
            {
                candidates[left++] = candidates[i];
            }
        }

        for (var i = 0; i < left; i++)
        {
            if (i + Ahead < left)
            {
                Prefetch(Segment(candidates[i + Ahead].Row, out var row).Fine(row), CodeKernel.FineBytes(dimension));
            }

            if (candidates[i].Upper >= worker.Threshold(query))
            {
                Compare(worker, query, candidates[i]);
            }
        }

        worker.Count(query) = 0;
    }

    /// <summary>Looks at a candidate by its whole codes and, where they do not rule it out, by its vector.</summary>
    private void Compare(CodeWorker worker, int query, in Candidate candidate)
    {
        ref readonly var factors = ref _queries.Factors(query);
        var segment = Segment(candidate.Row, out var row);
        var rowFactors = segment.Factors(row / CodeKernel.Rows);
        var lane = row % CodeKernel.Rows;
        var step = rowFactors->Step(lane);
        var sum = (candidate.Sum * CodeKernel.HalfUnit) + kernel.ScoreFine(segment.Fine(row), _queries.Codes(query), CodeKernel.FinePadded(dimension));
        var estimate = (step * factors.Step * sum) + ((rowFactors->Base(lane) - (RowFactors.Middle * step)) * factors.Sum);
        var margin = (rowFactors->FineError(lane) * (factors.Norm + factors.Error)) + Always(segment, factors);
        var best = worker.Best[query];
        if (estimate + margin >= worker.Threshold(query))
        {
            var score = TensorPrimitives.Dot(_queries.Vector(query), segment.Vector(row));
            if (score >= best.Threshold)
            {
                best.Add(new RowHit(candidate.Row, score));
            }
        }
    }

    /// <summary>What |x'| ≤ |x| + |x - x'| has to do with |x|, and rounding.</summary>
    private static float Always(CodeSegment segment, in QueryFactors query) =>
        segment.LargestNorm * (query.Error + (Rounding * query.Norm) + (RoundingOfSum * MathF.Abs(query.Sum)));

    private CodeSegment Segment(int number, out int row)
    {
        row = number & ((1 << Snapshot.SegmentShift) - 1);
        return (CodeSegment)Snapshot.Parts[number >> Snapshot.SegmentShift].Segment!;
    }
}
