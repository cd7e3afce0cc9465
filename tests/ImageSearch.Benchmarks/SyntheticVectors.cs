using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Security.Cryptography;

namespace ImageSearch.Benchmarks;

/// <summary>Unit vectors in clusters, as embeddings of pictures lie: a few hundred centres, and noise around them.</summary>
internal static class SyntheticVectors
{
    private const int Clusters = 200;

    public static ImageId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return new ImageId(SHA256.HashData(bytes));
    }

    public static float[] Vector(int number, int dimension)
    {
        var vector = Gaussian(new Random(number), dimension, 0.8f);
        TensorPrimitives.Add(vector, Gaussian(new Random(-1 - (number % Clusters)), dimension, 1), vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return vector;
    }

    private static float[] Gaussian(Random random, int dimension, float scale)
    {
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return vector;
    }
}
