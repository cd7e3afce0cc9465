using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>Vectors as float32, in panels (<see cref="PanelKernel"/>).</summary>
internal sealed unsafe class FloatSegment(int rows, int dimension) : Segment(rows)
{
    private readonly AlignedMemory _panels = new((long)rows * dimension * sizeof(float));

    protected override long VectorBytes => _panels.Bytes;

    /// <summary>The panels from one on. Valid while the segment is referred to.</summary>
    public float* Panels(int first) => (float*)_panels.Pointer + ((long)first * PanelKernel.Rows * dimension);

    public override void CopyVector(int row, Span<float> vector)
    {
        var lane = Lane(row);
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] = lane[d * PanelKernel.Rows];
        }
    }

    protected override void Write(int row, ReadOnlySpan<float> vector)
    {
        var lane = Lane(row);
        for (var d = 0; d < vector.Length; d++)
        {
            lane[d * PanelKernel.Rows] = vector[d];
        }
    }

    private float* Lane(int row) => Panels(row / PanelKernel.Rows) + (row % PanelKernel.Rows);
}
