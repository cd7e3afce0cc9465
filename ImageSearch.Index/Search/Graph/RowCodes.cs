using System.Numerics.Tensors;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search.Graph;

/// <summary>A vector as a row of <see cref="Int8DotKernel"/>.</summary>
internal static unsafe class RowCodes
{
    /// <param name="codes">Receives <see cref="Int8DotKernel.Padded"/> values.</param>
    /// <returns>
    /// What a step is worth, and the length of the difference between the vector and what the codes stand for, rounded up.
    /// </returns>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> vector, sbyte* codes)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        var scale = float.IsNormal(largest) ? largest / Int8DotKernel.LargestCode : 1;
        double difference = 0;
        for (var d = 0; d < vector.Length; d++)
        {
            var code = (int)MathF.Round(vector[d] / scale);
            codes[d] = (sbyte)code;
            var rest = vector[d] - ((double)code * scale);
            difference += rest * rest;
        }

        new Span<sbyte>(codes + vector.Length, Int8DotKernel.Padded(vector.Length) - vector.Length).Clear();
        return (scale, (float)Math.Sqrt(difference) * 1.000001f);
    }
}
