using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// One thread's part of a <see cref="Scan"/>: finds what a scan of the float32 vectors would find, and nothing else, for an eighth of the
/// memory traffic. With x the vector, q the query and x', q' what their codes stand for:
/// <code>
/// x·q = x'·q' + x'·(q - q') + (x - x')·q   so   |x·q - x'·q'| ≤ |x'|·|q - q'| + |x - x'|·|q|
/// </code>
/// The right side is known when vector and query are encoded. So every row has a score that it has at least and one that it has at most:
/// <list type="number">
/// <item>All rows are looked at by the upper halves of their codes. The k-th best of what scores are at least is a threshold; a row that is
/// at most below it is none of the best. The others, some hundreds of 100,000, are candidates.</item>
/// <item>Candidates that are still above the threshold when all is seen are looked at by their whole codes, the most promising
/// first.</item>
/// <item>Those that are still above it, some tens, are compared by their float32 vectors, which raises the threshold further.</item>
/// </list>
/// That is proof, not probability: nothing is lost by the codes but time.
/// </summary>
/// <param name="queries">Of the current search.</param>
internal sealed unsafe class ScanWorker(Scan scan, Int4ScanKernel kernel, QueryCodes queries, int dimension)
{
    /// <summary>For what float32 arithmetic itself leaves out: of a score, and of the sum of a query's values.</summary>
    private const float Rounding = 4e-6f;
    private const float RoundingOfSum = 2e-6f;

    /// <summary>Queries, at most, that are done sooner one by one than as a group with others missing.</summary>
    private const int MostSingle = 5;

    private const int AllCandidates = 256 * 1024;
    private const int MostCandidates = 32 * 1024;
    private const int LeastCandidates = 1024;

    /// <summary>Whole codes and vectors are asked for so many candidates ahead, as they come from anywhere in memory.</summary>
    private const int CodesAhead = 8;
    private const int VectorsAhead = 2;

    /// <summary>Of a vector: what follows, the hardware asks for.</summary>
    private const int MostBytesAhead = 2048;
    private const int CacheLine = 64;

    private readonly int _padded = Int4ScanKernel.Padded(dimension);
    private readonly Scratch<int> _sums = new();
    private readonly Scratch<Candidate> _candidates = new(); // so many of each query that were not looked at more closely yet
    private TopK[] _best = [];
    private TopK[] _lower = []; // of what scores are at least: the k-th best of that is a threshold that nothing had to be compared for
    private int[] _counts = [];
    private int _capacity;

    /// <summary>The best of what this thread has seen, by query; there may be more of them than queries.</summary>
    public ReadOnlySpan<TopK> Best => _best;

    public void Reset(in SearchOptions options)
    {
        Reset(ref _best, options.K, options.MinimumScore);
        Reset(ref _lower, options.K, float.NegativeInfinity);
        _capacity = Math.Clamp(AllCandidates / scan.Queries, LeastCandidates, MostCandidates);
        _candidates.Reserve((long)scan.Queries * _capacity);
        _sums.Reserve((long)scan.Stride * Int4ScanKernel.BatchQueries);
        if (_counts.Length < scan.Queries)
        {
            _counts = new int[scan.Queries];
        }

        Array.Clear(_counts, 0, scan.Queries);
    }

    /// <summary>Looks at a block for every query.</summary>
    /// <param name="firstRow">The number in the index of the segment's first row.</param>
    /// <param name="firstPanel">Of the segment.</param>
    /// <param name="rows">Rows of the block that count; the last panel may have more.</param>
    public void Look(CodeSegment segment, int firstRow, int firstPanel, int rows)
    {
        var panels = (rows + Int4ScanKernel.Rows - 1) / Int4ScanKernel.Rows;
        var sums = _sums.Pointer;
        var count = scan.Queries;
        var grouped = count % Int4ScanKernel.BatchQueries <= MostSingle
            ? count / Int4ScanKernel.BatchQueries * Int4ScanKernel.BatchQueries
            : count;
        for (var query = 0; query < grouped; query += Int4ScanKernel.BatchQueries)
        {
            kernel.ScoreBatch(segment.Panels(firstPanel), panels, queries.Group(query), _padded, sums, scan.Stride);
            for (var i = 0; i < Int4ScanKernel.BatchQueries && query + i < count; i++)
            {
                Select(segment, firstRow, firstPanel, rows, sums + ((nint)i * scan.Stride), query + i);
            }
        }

        for (var query = grouped; query < count; query++)
        {
            kernel.Score(segment.Panels(firstPanel), panels, queries.Codes(query), _padded, sums);
            Select(segment, firstRow, firstPanel, rows, sums, query);
        }
    }

    /// <summary>Called when there are no more blocks to look at.</summary>
    public void Finish()
    {
        for (var query = 0; query < scan.Queries; query++)
        {
            scan.Share(query, _best[query], Threshold(query));
            Compare(query, Refine(query));
        }
    }

    /// <summary>What |x'| ≤ |x| + |x - x'| has to do with |x|, and rounding.</summary>
    private static float Always(CodeSegment segment, in QueryFactors query) =>
        segment.LargestNorm * (query.Error + (Rounding * query.Norm) + (RoundingOfSum * MathF.Abs(query.Sum)));

    private static void Prefetch(void* memory, int bytes)
    {
        if (Sse.IsSupported)
        {
            for (var i = 0; i < bytes; i += CacheLine)
            {
                Sse.Prefetch0((byte*)memory + i);
            }
        }
    }

    private void Reset(ref TopK[] heaps, int k, float minimumScore)
    {
        if (heaps.Length < scan.Queries)
        {
            heaps = new TopK[scan.Queries];
        }

        for (var i = 0; i < scan.Queries; i++)
        {
            (heaps[i] ??= new TopK(k, minimumScore, scan.Snapshot)).Reset(k, minimumScore, scan.Snapshot);
        }
    }

    /// <summary>Below which nothing is among the best.</summary>
    private float Threshold(int query) => Math.Max(_best[query].Threshold, _lower[query].Threshold);

    private Candidate* Candidates(int query) => _candidates.Pointer + ((nint)query * _capacity);

    private CodeSegment Segment(int number, out int row)
    {
        row = number & ((1 << scan.Snapshot.SegmentShift) - 1);
        return (CodeSegment)scan.Snapshot.Parts[number >> scan.Snapshot.SegmentShift].Segment!;
    }

    /// <summary>Collects the rows of a block that are candidates.</summary>
    private void Select(CodeSegment segment, int firstRow, int firstPanel, int rows, int* sums, int query)
    {
        var bounds = new CodeBounds(queries.Factors(query), Always(segment, queries.Factors(query)));
        var factors = segment.Factors(firstPanel);
        var panels = (rows + Int4ScanKernel.Rows - 1) / Int4ScanKernel.Rows;
        var lower = _lower[query];
        var scores = stackalloc CodeBounds.Scores[1];
        for (var panel = 0; (panel = bounds.Find(factors, sums, panel, panels, Threshold(query), scores)) < panels; panel++)
        {
            if (_counts[query] > _capacity - Int4ScanKernel.Rows && Refine(query) > _capacity / 2)
            {
                Compare(query, _counts[query]); // there must be room for more
            }

            for (var lanes = scores->Candidates; lanes != 0; lanes &= lanes - 1)
            {
                var lane = BitOperations.TrailingZeroCount(lanes);
                var inBlock = (panel * Int4ScanKernel.Rows) + lane;
                var row = (firstPanel * Int4ScanKernel.Rows) + inBlock;
                if (inBlock < rows && scan.Matches(segment, row))
                {
                    var (estimate, margin) = (scores->Estimates[lane], scores->Margins[lane]);
                    Candidates(query)[_counts[query]++] = new Candidate(
                        firstRow + row, sums[inBlock], estimate + margin, estimate - margin);
                    if (estimate - margin > lower.Threshold)
                    {
                        lower.Add(new RowHit(firstRow + row, estimate - margin));
                    }
                }
            }
        }

        scan.Share(query, _best[query], Threshold(query));
    }

    /// <summary>
    /// Compares the most promising candidates, which tells where the threshold really is, and forgets those that are below it.
    /// </summary>
    /// <returns>How many are left.</returns>
    private int Refine(int query)
    {
        var candidates = Candidates(query);
        var (count, promising, least) = (_counts[query], 0, _lower[query].Threshold);
        for (var i = 0; i < count; i++)
        {
            if (candidates[i].Lower >= least)
            {
                (candidates[i], candidates[promising]) = (candidates[promising], candidates[i]);
                promising++;
            }
        }

        Compare(query, promising);
        var (left, threshold) = (0, Threshold(query));
        for (var i = promising; i < count; i++)
        {
            if (candidates[i].Upper >= threshold)
            {
                candidates[left++] = candidates[i];
            }
        }

        return _counts[query] = left;
    }

    /// <summary>
    /// Looks at the first candidates by their whole codes and, where they do not rule them out, by their vectors. None is left.
    /// </summary>
    private void Compare(int query, int count)
    {
        var candidates = Candidates(query);
        ref readonly var factors = ref queries.Factors(query);
        var (left, threshold) = (0, Threshold(query));
        for (var i = 0; i < count; i++)
        {
            if (i + CodesAhead < count)
            {
                Prefetch(Segment(candidates[i + CodesAhead].Row, out var next).Fine(next), Int4ScanKernel.FineBytes(dimension));
            }

            var segment = Segment(candidates[i].Row, out var row);
            var upper = Upper(candidates[i], segment, row, query, factors);
            if (upper >= threshold)
            {
                candidates[left++] = candidates[i] with { Upper = upper };
            }
        }

        _counts[query] = 0;
        var best = _best[query];
        var vector = queries.Vector(query);
        for (var i = 0; i < left; i++)
        {
            if (i + VectorsAhead < left)
            {
                fixed (float* next = Segment(candidates[i + VectorsAhead].Row, out var ahead).Vector(ahead))
                {
                    Prefetch(next, Math.Min(dimension * sizeof(float), MostBytesAhead));
                }
            }

            if (candidates[i].Upper >= best.Threshold)
            {
                var score = TensorPrimitives.Dot(vector, Segment(candidates[i].Row, out var row).Vector(row));
                if (score >= best.Threshold)
                {
                    best.Add(new RowHit(candidates[i].Row, score));
                }
            }
        }
    }

    /// <summary>What a row's score is at most, by its whole codes.</summary>
    private float Upper(in Candidate candidate, CodeSegment segment, int row, int query, in QueryFactors factors)
    {
        var rowFactors = segment.Factors(row / Int4ScanKernel.Rows);
        var lane = row % Int4ScanKernel.Rows;
        var step = rowFactors->Step(lane);
        var sum = (candidate.Sum * Int4ScanKernel.HalfUnit) + kernel.ScoreFine(
            segment.Fine(row), queries.Codes(query), Int4ScanKernel.FinePadded(dimension));
        var estimate = (step * factors.Step * sum) + ((rowFactors->Base(lane) - (RowFactors.Middle * step)) * factors.Sum);
        return estimate + (rowFactors->FineError(lane) * (factors.Norm + factors.Error)) + Always(segment, factors);
    }

    /// <summary>A row that the upper halves of its codes could not rule out.</summary>
    /// <param name="Row">Its number in the index.</param>
    /// <param name="Sum">Of the kernel, for the upper halves.</param>
    /// <param name="Upper">Its score is not above this.</param>
    /// <param name="Lower">Its score is not below this.</param>
    private readonly record struct Candidate(int Row, int Sum, float Upper, float Lower);
}
