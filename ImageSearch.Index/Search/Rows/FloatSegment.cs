using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Rows;

/// <summary>Vectors as float32, in panels (<see cref="PanelKernel"/>).</summary>
internal sealed unsafe class FloatSegment : Segment
{
    private readonly int _dimension;
    private readonly float* _panels;

    public FloatSegment(int rows, int dimension, ColumnAllocator allocator)
        : base(rows, allocator)
    {
        _dimension = dimension;
        _panels = (float*)Allocate(ColumnKind.Vectors, (long)rows * dimension * sizeof(float)).Pointer;
    }

    /// <summary>The panels from one on. Valid while the segment is referred to.</summary>
    public float* Panels(int first) => _panels + ((long)first * PanelKernel.Rows * _dimension);

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
