using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Search.Rows;

/// <summary>A segment whose vectors lie row after row: for those that are looked at one by one.</summary>
internal abstract unsafe class RowSegment : Segment
{
    private readonly int _dimension;
    private readonly float* _vectors;

    protected RowSegment(int rows, int dimension, ColumnAllocator allocator)
        : base(rows, allocator)
    {
        _dimension = dimension;
        _vectors = (float*)Allocate(ColumnKind.Vectors, (long)rows * dimension * sizeof(float)).Pointer;
    }

    public ReadOnlySpan<float> Vector(int row) => new(_vectors + ((long)row * _dimension), _dimension);

    public override void CopyVector(int row, Span<float> vector) => Vector(row).CopyTo(vector);

    protected override void Write(int row, ReadOnlySpan<float> vector) => vector.CopyTo(new Span<float>(_vectors + ((long)row * _dimension), _dimension));
}
