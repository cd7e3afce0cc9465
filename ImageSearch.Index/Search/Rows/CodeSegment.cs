using System.Numerics.Tensors;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// Vectors as one byte per dimension, in panels (<see cref="CodeKernel"/>), for the scan, and as float32, row after row, for the few that
/// the scan cannot rule out.
/// </summary>
internal sealed unsafe class CodeSegment : RowSegment
{
    private readonly int _padded;
    private readonly byte* _codes;
    private readonly float* _scales;
    private readonly float* _errors;

    public CodeSegment(int rows, int dimension, ColumnAllocator allocator)
        : base(rows, dimension, allocator)
    {
        _padded = CodeKernel.Padded(dimension);
        _codes = (byte*)Allocate(ColumnKind.Codes, (long)rows * _padded).Pointer;
        _scales = (float*)Allocate(ColumnKind.Factors, 2L * rows * sizeof(float)).Pointer;
        _errors = _scales + rows;
    }

    /// <summary>Largest length of a vector so far; a reader's is at least that of the rows it knows of.</summary>
    public float LargestNorm { get; private set; }

    /// <summary>The panels from one on. Valid while the segment is referred to, as for all pointers here.</summary>
    public byte* Panels(int first) => _codes + ((long)first * CodeKernel.Rows * _padded);

    /// <summary>What a step of a row's codes is worth, row after row.</summary>
    public float* Scales(int row) => _scales + row;

    /// <summary>Length of the difference between a row's vector and what its codes stand for.</summary>
    public float* Errors(int row) => _errors + row;

    protected override void Write(int row, ReadOnlySpan<float> vector)
    {
        base.Write(row, vector);
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        var scale = float.IsNormal(largest) ? largest / CodeKernel.LargestCode : 1;
        var lane = Panels(row / CodeKernel.Rows) + (row % CodeKernel.Rows * CodeKernel.Step);
        double difference = 0, length = 0;
        for (var d = 0; d < vector.Length; d++)
        {
            var code = (int)MathF.Round(vector[d] / scale);
            lane[(d / CodeKernel.Step * CodeKernel.Rows * CodeKernel.Step) + (d % CodeKernel.Step)] = (byte)(code + CodeKernel.Zero);
            var rest = vector[d] - ((double)code * scale);
            difference += rest * rest;
            length += (double)vector[d] * vector[d];
        }

        *Scales(row) = scale;
        *Errors(row) = (float)Math.Sqrt(difference) * 1.000001f; // rounded up: it is a bound
        LargestNorm = Math.Max(LargestNorm, (float)Math.Sqrt(length) * 1.000001f);
    }
}
