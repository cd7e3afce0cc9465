using System.Numerics.Tensors;

namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>
/// Unit vectors made as they are asked for, where a file would be larger than what is measured: clusters that each lie in a subspace of their own,
/// with a little noise around it, as embeddings do. A row is the same whenever it is made.
/// </summary>
internal sealed class GeneratedRows : IRowSource
{
    /// <summary>In place of a file's path.</summary>
    public const string Name = "generated";

    private const int Clusters = 500;
    private const int Latent = 16;
    private const float Spread = 0.8f;
    private const float Noise = 0.35f; // uniform, so that its deviation is a third of it or so

    private readonly int _dimension;
    private readonly float[][] _centres = new float[Clusters][];
    private readonly float[][] _bases = new float[Clusters][];
    private float[] _page = [];

    public GeneratedRows(int count, int dimension)
    {
        (Count, _dimension) = (count, dimension);
        for (var cluster = 0; cluster < Clusters; cluster++)
        {
            var random = new Random(cluster);
            _centres[cluster] = Gaussian(random, dimension, 1 / MathF.Sqrt(dimension));
            _bases[cluster] = Gaussian(random, dimension * Latent, Spread / MathF.Sqrt(dimension * Latent));
        }
    }

    public int Count { get; }

    public ReadOnlyMemory<float> Rows(int first, int count)
    {
        if (_page.Length < count * _dimension)
        {
            _page = new float[count * _dimension];
        }

        Parallel.For(0, count, row => Make(first + row, _page.AsSpan(row * _dimension, _dimension)));
        return _page.AsMemory(0, count * _dimension);
    }

    public void Dispose()
    {
    }

    private void Make(int number, Span<float> row)
    {
        var random = new Random(number);
        var cluster = random.Next(Clusters);
        _centres[cluster].CopyTo(row);
        var basis = _bases[cluster].AsSpan();
        for (var i = 0; i < Latent; i++)
        {
            TensorPrimitives.MultiplyAdd(basis.Slice(i * _dimension, _dimension), Gaussian(random), row, row);
        }

        for (var i = 0; i < row.Length; i++)
        {
            row[i] += Noise / MathF.Sqrt(row.Length) * ((2 * random.NextSingle()) - 1);
        }

        TensorPrimitives.Divide(row, TensorPrimitives.Norm(row), row);
    }

    private static float[] Gaussian(Random random, int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * Gaussian(random))];

    private static float Gaussian(Random random) => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}
