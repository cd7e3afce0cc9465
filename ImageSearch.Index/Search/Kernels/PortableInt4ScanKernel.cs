namespace ImageSearch.Index.Search.Kernels;

/// <summary>For processors without the others' instructions; the compiler makes of it what it can.</summary>
internal sealed unsafe class PortableInt4ScanKernel : Int4ScanKernel
{
    public override void Score(byte* panels, int count, sbyte* query, int padded, int* sums) =>
        Score(panels, count, query, Step, padded, sums);

    public override void ScoreBatch(byte* panels, int count, sbyte* queries, int padded, int* sums, int stride)
    {
        for (var q = 0; q < BatchQueries; q++)
        {
            Score(panels, count, queries + (q * Step), BatchQueries * Step, padded, sums + ((nint)q * stride));
        }
    }

    /// <param name="stride">From one step of the query to the next.</param>
    private static void Score(byte* panels, int count, sbyte* query, int stride, int padded, int* sums)
    {
        for (var p = 0; p < count; p++, sums += Rows)
        {
            new Span<int>(sums, Rows).Clear();
            var q = query;
            for (var d = 0; d < padded; d += 2 * Step, q += 2 * stride)
            {
                for (var row = 0; row < Rows; row++, panels += Step)
                {
                    for (var i = 0; i < Step; i++)
                    {
                        sums[row] += ((panels[i] & 0x0F) * q[i]) + ((panels[i] >> 4) * q[stride + i]);
                    }
                }
            }
        }
    }
}
