using System.Numerics.Tensors;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>A vector as <see cref="RowKernel"/> wants its query.</summary>
internal static unsafe class RowQuery
{
    /// <summary>14 bits and a sign: more would be of no use, as a row has 8.</summary>
    private const float Largest = 16383;

    /// <param name="codes">Receives <paramref name="padded"/> values.</param>
    /// <returns>What a step is worth, and the length of what rounding took away.</returns>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> vector, int padded, short* codes)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        // A sum is at most the product of both lengths, a row's being at most 127 · √padded; 1.01 leaves room for rounding.
        var room = int.MaxValue / (1.01f * RowKernel.LargestCode * MathF.Sqrt(padded));
        var scale = Math.Max(largest / Largest, TensorPrimitives.Norm(vector) / room);
        scale = float.IsNormal(scale) ? scale : 1;
        var (inverse, difference) = (1 / scale, 0f);
        for (var d = 0; d < vector.Length; d++)
        {
            var code = MathF.Round(vector[d] * inverse);
            codes[d] = (short)code;
            var rest = vector[d] - (code * scale);
            difference += rest * rest;
        }

        new Span<short>(codes + vector.Length, padded - vector.Length).Clear();
        return (scale, MathF.Sqrt(difference) * 1.00001f); // rounded up: it is a bound
    }
}
