using System.Numerics.Tensors;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// Vectors as one byte per dimension, row after row, for the way through the graph; as float32 for those that are found; and the links of
/// level 0.
/// </summary>
internal sealed unsafe class GraphSegment : Segment
{
    private readonly int _stride;
    private readonly sbyte* _codes;
    private readonly float* _errors;
    private readonly float* _norms;

    public GraphSegment(int rows, int dimension, int degree, ColumnAllocator allocator)
        : base(rows, dimension, allocator)
    {
        _stride = Int8DotKernel.Padded(dimension);
        _codes = (sbyte*)Allocate(ColumnKind.Codes, (long)rows * _stride).Pointer;
        Scales = (float*)Allocate(ColumnKind.Factors, 3L * rows * sizeof(float)).Pointer;
        _errors = Scales + rows;
        _norms = _errors + rows;
        Links = (int*)Allocate(ColumnKind.Links, (long)rows * degree * sizeof(int)).Pointer;
    }

    /// <summary>What a step of a row's codes is worth. Valid while the segment is referred to, as for all pointers here.</summary>
    public float* Scales { get; }

    public int* Links { get; }

    public sbyte* Codes(int row) => _codes + ((long)row * _stride);

    /// <summary>Length of the difference between a row's vector and what its codes stand for; a bound.</summary>
    public float Error(int row) => _errors[row];

    /// <summary>Length of a row's vector; a bound.</summary>
    public float Norm(int row) => _norms[row];

    protected override void Write(int row, ReadOnlySpan<float> vector)
    {
        base.Write(row, vector);
        (Scales[row], _errors[row]) = RowCodes.Encode(vector, Codes(row));
        _norms[row] = TensorPrimitives.Norm(vector) * 1.0001f;
    }
}
