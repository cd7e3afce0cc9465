using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>Answers single queries, with memory of its own; a thread takes one as long as it needs it.</summary>
/// <remarks>
/// What the codes say is only ever used to decide which rows to compare in float32: with x the vector, q the query and x', q' what their
/// codes stand for, x·q ≤ x'·q' + |x'|·|q - q'| + |x - x'|·|q|. Candidates that this rules out are not looked at; all others get their true
/// score.
/// </remarks>
internal sealed unsafe class GraphSearcher(Int8DotKernel kernel, int dimension, int degree)
{
    /// <summary>Rows that a scan compares in one go.</summary>
    private const int Block = 64;

    /// <summary>Rows between two looks at whether to stop.</summary>
    private const int Stride = 4096;

    /// <summary>For what float32 arithmetic itself leaves out, of unit vectors.</summary>
    private const float Rounding = 4e-6f;

    private readonly GraphScratch _scratch = new(Int8DotKernel.Padded(dimension), Math.Max(degree, Block));
    private readonly TopK _best = new(1, 0, Nothing);
    private float _scale;
    private float _error;
    private float _norm;

    private static ReadView Nothing { get; } = new([], 0, 0, 0, null);

    /// <summary>Rows that were compared with queries so far.</summary>
    public long Compared => _scratch.Compared;

    /// <summary>Memory that it works in.</summary>
    public long Bytes => _scratch.Bytes;

    /// <summary>Looks for the best along the graph.</summary>
    public TopK Follow(
        ReadView snapshot, ReadOnlySpan<float> query, int ef, in SearchOptions options, TagFilter? tag, CancellationToken cancellationToken)
    {
        Begin(snapshot, query, options);
        _scratch.CancellationToken = cancellationToken;
        var state = (GraphState)snapshot.State!;
        if (tag is null && snapshot.Alive == state.End)
        {
            GraphQuery.Search(kernel, state.View, new RowsBefore(state.End), spread: false, ef, _scratch);
        }
        else
        {
            GraphQuery.Search(kernel, state.View, new MatchingRows(snapshot, tag), spread: tag is not null, ef, _scratch);
        }

        Rescore(snapshot, query);
        GC.KeepAlive(state);
        return _best;
    }

    /// <summary>Looks at every row that matches.</summary>
    public TopK Scan(
        ReadView snapshot, ReadOnlySpan<float> query, in SearchOptions options, TagFilter? tag, CancellationToken cancellationToken)
    {
        Begin(snapshot, query, options);
        var neighbours = _scratch.Now;
        for (var slot = 0; slot < snapshot.Parts.Length; slot++)
        {
            var (part, rows) = snapshot.Parts[slot];
            var segment = (GraphSegment?)part;
            neighbours.Count = 0;
            for (var row = 0; row < rows; row++)
            {
                if (row % Stride == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (segment!.Matches(row, snapshot.Version, tag))
                {
                    neighbours.Codes[neighbours.Count] = segment.Codes(row);
                    neighbours.Nodes[neighbours.Count++] = row;
                    if (neighbours.Count == Block)
                    {
                        Compare(segment, slot << snapshot.SegmentShift, query);
                    }
                }
            }

            if (segment is not null)
            {
                Compare(segment, slot << snapshot.SegmentShift, query);
            }

            GC.KeepAlive(segment); // its memory was read through pointers
        }

        return _best;
    }

    /// <summary>Lets go of the snapshot, which a search that was cut off would keep.</summary>
    public void End()
    {
        _best.Sort();
        _scratch.CancellationToken = default;
    }

    private void Begin(ReadView snapshot, ReadOnlySpan<float> query, in SearchOptions options)
    {
        _best.Reset(options.K, options.MinimumScore, snapshot);
        _norm = TensorPrimitives.Norm(query) * 1.0001f;
        (_scale, _error) = RowQuery.Encode(query, Int8DotKernel.Padded(dimension), _scratch.Query);
    }

    private void Compare(GraphSegment segment, int first, ReadOnlySpan<float> query)
    {
        var neighbours = _scratch.Now;
        kernel.Score(_scratch.Query, neighbours.Codes, neighbours.Count, Int8DotKernel.Padded(dimension), _scratch.Sums);
        _scratch.Compared += neighbours.Count;
        for (var i = 0; i < neighbours.Count; i++)
        {
            var row = neighbours.Nodes[i];
            Offer(segment, row, first + row, _scratch.Sums[i] * segment.Scales[row], query);
        }

        neighbours.Count = 0;
    }

    private void Rescore(ReadView snapshot, ReadOnlySpan<float> query)
    {
        var candidates = _scratch.Candidates;
        for (var i = 0; i < candidates.Count; i++)
        {
            var row = candidates.Node(i);
            var (segment, inSegment) = Find(snapshot, row);
            if (i + 1 < candidates.Count && Sse.IsSupported)
            {
                var (next, nextRow) = Find(snapshot, candidates.Node(i + 1));
                fixed (float* vector = next.Vector(nextRow))
                {
                    Sse.Prefetch0(vector);
                    Sse.Prefetch0(vector + 16);
                    Sse.Prefetch0(vector + 32);
                    Sse.Prefetch0(vector + 48); // by then the processor has seen where it goes
                }
            }

            Offer(segment, inSegment, row, -candidates.Distance(i), query);
        }

        GC.KeepAlive(snapshot);
    }

    /// <param name="estimate">Of the score, in steps of the query's codes.</param>
    private void Offer(GraphSegment segment, int row, int number, float estimate, ReadOnlySpan<float> query)
    {
        var (error, norm) = (segment.Error(row), segment.Norm(row));
        var highest = (estimate * _scale) + ((norm + error) * _error) + (error * _norm) + (Rounding * norm * _norm);
        if (highest >= _best.Threshold)
        {
            var score = TensorPrimitives.Dot(query, segment.Vector(row));
            if (score >= _best.Threshold)
            {
                _best.Add(new RowHit(number, score));
            }
        }
    }

    private static (GraphSegment Segment, int Row) Find(ReadView snapshot, int row) =>
        ((GraphSegment)snapshot.Parts[row >> snapshot.SegmentShift].Segment!, row & ((1 << snapshot.SegmentShift) - 1));
}
