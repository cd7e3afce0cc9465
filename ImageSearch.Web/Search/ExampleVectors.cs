using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ImageSearch.Web.Search;

/// <summary>One vector of several: towards the examples, and half as much away from the counterexamples.</summary>
internal static class ExampleVectors
{
    private const float WeightOfNegative = -0.5f;

    // What is left of unit vectors when they cancel out but for rounding.
    private const float Nothing = 1e-4f;

    /// <param name="positive">At least one; L2-normalised.</param>
    /// <param name="negative">L2-normalised.</param>
    /// <returns>float32 little-endian, L2-normalised; null when nothing is left of them.</returns>
    public static byte[]? Combine(IReadOnlyList<float[]> positive, IReadOnlyList<float[]> negative)
    {
        var sum = new float[positive[0].Length];
        Add(positive, 1f / positive.Count);
        Add(negative, WeightOfNegative / Math.Max(1, negative.Count));
        var norm = TensorPrimitives.Norm<float>(sum);
        if (norm < Nothing)
        {
            return null;
        }

        TensorPrimitives.Divide(sum, norm, sum);
        return MemoryMarshal.AsBytes(sum.AsSpan()).ToArray();

        void Add(IReadOnlyList<float[]> vectors, float weight)
        {
            foreach (var vector in vectors)
            {
                TensorPrimitives.MultiplyAdd(vector, weight, sum, sum);
            }
        }
    }
}
