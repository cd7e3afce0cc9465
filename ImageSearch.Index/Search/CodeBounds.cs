using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>What a row's sum of upper halves says about its score, for one query and the rows of one segment.</summary>
internal readonly unsafe struct CodeBounds
{
    private readonly float _perStep;
    private readonly float _perBase;
    private readonly float _perError;
    private readonly float _always;

    /// <param name="always">What every score may be off by.</param>
    public CodeBounds(in QueryFactors query, float always) =>
        (_perStep, _perBase, _perError, _always) = (Int4ScanKernel.HalfUnit * query.Step, query.Sum, query.Norm + query.Error, always);

    /// <summary>
    /// The next panel of which a row may have at least a score. For most there is none, and this loop is all that is done with their sums:
    /// it calls nothing, so that everything stays in registers.
    /// </summary>
    /// <param name="scores">Receives those of the panel.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Find(RowFactors* factors, int* sums, int panel, int panels, float threshold, Scores* scores)
    {
        var perStep = Vector512.Create(_perStep);
        var perBase = Vector512.Create(_perBase);
        var perError = Vector512.Create(_perError);
        var always = Vector512.Create(_always);
        var least = Vector512.Create(threshold);
        for (; panel < panels; panel++)
        {
            RowFactors.Load(factors + panel, out var steps, out var bases, out var errors);
            var sum = Vector512.ConvertToSingle(Vector512.Load(sums + (panel * Int4ScanKernel.Rows)));
            var estimate = Vector512.FusedMultiplyAdd(steps * perStep, sum, bases * perBase);
            var margin = Vector512.FusedMultiplyAdd(errors, perError, always);
            var candidates = Vector512.GreaterThanOrEqual(estimate + margin, least).ExtractMostSignificantBits();
            if (candidates != 0)
            {
                scores->Candidates = (uint)candidates;
                estimate.Store(scores->Estimates);
                margin.Store(scores->Margins);
                return panel;
            }
        }

        return panels;
    }

    /// <summary>Of a panel: which rows are candidates, and a row's score is its estimate, give or take its margin.</summary>
    public struct Scores
    {
        public uint Candidates;
        public fixed float Estimates[Int4ScanKernel.Rows];
        public fixed float Margins[Int4ScanKernel.Rows];
    }
}
