using System.Numerics;

namespace ImageSearch.Index.Search.Kernels;

/// <summary>For processors without the others' instructions, with whatever vectors the runtime has there.</summary>
internal sealed unsafe class PortablePanelKernel : PanelKernel
{
    private const int Queries = 4;

    public override int BatchQueries => Queries;

    public override void Score(float* panels, int count, float* query, int dimension, float* scores)
    {
        for (var p = 0; p < count; p++, panels += (nint)dimension * Rows, scores += Rows)
        {
            ScorePanel(panels, query, 1, dimension, scores);
        }
    }

    public override void ScoreBatch(
        float* panels, int count, float* queries, int present, int dimension, float* scores, int stride, byte* ahead, int aheadBytes)
    {
        for (var p = 0; p < count; p++, panels += (nint)dimension * Rows, scores += Rows)
        {
            // The panel stays in the cache for the queries that follow the first.
            for (var q = 0; q < present; q++)
            {
                ScorePanel(panels, queries + q, Queries, dimension, scores + ((nint)q * stride));
            }
        }
    }

    /// <param name="step">From one dimension of the query to the next.</param>
    private static void ScorePanel(float* panel, float* query, int step, int dimension, float* scores)
    {
        // A vector never has more than 16 floats, and always a number that divides 16.
        for (var row = 0; row < Rows; row += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var i = 0; i < dimension; i++)
            {
                sum += Vector.Load(panel + ((nint)i * Rows) + row) * new Vector<float>(query[(nint)i * step]);
            }

            sum.Store(scores + row);
        }
    }
}
