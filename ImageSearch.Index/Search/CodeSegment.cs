using System.Numerics.Tensors;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>
/// Vectors as one byte per dimension, in panels (<see cref="CodeKernel"/>), for the scan, and as float32, row after row, for the few that
/// the scan cannot rule out.
/// </summary>
internal sealed unsafe class CodeSegment(int rows, int dimension) : Segment(rows)
{
    private readonly AlignedMemory _codes = new((long)rows * CodeKernel.Padded(dimension));
    private readonly AlignedMemory _vectors = new((long)rows * dimension * sizeof(float));
    private readonly AlignedMemory _scales = new((long)rows * sizeof(float));
    private readonly AlignedMemory _errors = new((long)rows * sizeof(float));

    protected override long VectorBytes => _codes.Bytes + _vectors.Bytes + _scales.Bytes + _errors.Bytes;

    /// <summary>Largest length of a vector so far; a reader's is at least that of the rows it knows of.</summary>
    public float LargestNorm { get; private set; }

    /// <summary>The panels from one on. Valid while the segment is referred to, as for all pointers here.</summary>
    public byte* Panels(int first) => (byte*)_codes.Pointer + ((long)first * CodeKernel.Rows * CodeKernel.Padded(dimension));

    /// <summary>What a step of a row's codes is worth, row after row.</summary>
    public float* Scales(int row) => (float*)_scales.Pointer + row;

    /// <summary>Length of the difference between a row's vector and what its codes stand for.</summary>
    public float* Errors(int row) => (float*)_errors.Pointer + row;

    public ReadOnlySpan<float> Vector(int row) => new((float*)_vectors.Pointer + ((long)row * dimension), dimension);

    public override void CopyVector(int row, Span<float> vector) => Vector(row).CopyTo(vector);

    protected override void Write(int row, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(new Span<float>((float*)_vectors.Pointer + ((long)row * dimension), dimension));
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (!float.IsFinite(largest))
        {
            // It has no place among the bounds, and none among the results: its score is not a number.
            vector = default;
        }

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
