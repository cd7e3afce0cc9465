using System.Buffers.Binary;
using System.Security.Cryptography;
using ImageSearch.Core.Store;

namespace ImageSearch.Index.Tests;

/// <summary>Reproducible unit vectors and ids.</summary>
internal static class Vectors
{
    public static ImageId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return new ImageId(SHA256.HashData(bytes));
    }

    public static float[] Unit(int dimension, int seed)
    {
        var random = new Random(seed);
        var vector = new float[dimension];
        double sum = 0;
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = (float)(random.NextDouble() - 0.5);
            sum += vector[i] * vector[i];
        }

        for (var i = 0; i < dimension; i++)
        {
            vector[i] /= (float)Math.Sqrt(sum);
        }

        return vector;
    }

    public static List<VectorChange> Changes(int dimension, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new VectorChange(Id(i), Unit(dimension, i), []))];
}
