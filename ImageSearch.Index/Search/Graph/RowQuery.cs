using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>A vector as <see cref="Int8DotKernel"/> wants its query.</summary>
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
        var room = int.MaxValue / (1.01f * Int8DotKernel.LargestCode * MathF.Sqrt(padded));
        var scale = Math.Max(largest / Largest, TensorPrimitives.Norm(vector) / room);
        scale = float.IsNormal(scale) ? scale : 1;

        var (step, inverse) = (Vector256.Create(scale), Vector256.Create(1 / scale));
        var differences = Vector256<float>.Zero;
        var d = 0;
        for (; d <= vector.Length - Vector256<short>.Count; d += Vector256<short>.Count)
        {
            var (a, b) = (Vector256.Create(vector[d..]), Vector256.Create(vector[(d + Vector256<float>.Count)..]));
            var (x, y) = (Vector256.Round(a * inverse), Vector256.Round(b * inverse));
            Vector256.Narrow(Vector256.ConvertToInt32Native(x), Vector256.ConvertToInt32Native(y)).Store(codes + d);
            (a, b) = (a - (x * step), b - (y * step));
            differences += (a * a) + (b * b);
        }

        var difference = Vector256.Sum(differences);
        for (; d < vector.Length; d++)
        {
            var code = MathF.Round(vector[d] / scale);
            codes[d] = (short)code;
            var rest = vector[d] - (code * scale);
            difference += rest * rest;
        }

        new Span<short>(codes + vector.Length, padded - vector.Length).Clear();
        return (scale, MathF.Sqrt(difference) * 1.0001f); // rounded up: it is a bound
    }
}
