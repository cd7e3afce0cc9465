using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Vectors for which codes say little: whatever they look like, the answer is that of float32.</summary>
public sealed class ExactProofTests
{
    private const int Dimension = 96;
    private const int Count = 6000;
    private const int Queries = 20;

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var shape in Shapes.Keys)
        {
            foreach (var k in new[] { 1, 10, 300 })
            {
                cases.Add(shape, k);
            }
        }

        return cases;
    }

    private static Dictionary<string, Func<Random, float[]>> Shapes { get; } = new()
    {
        ["a narrow cone"] = random => Of(random, (r, d) => 1 + (0.01f * Normal(r))),
        ["never negative"] = random => Of(random, (r, d) => Math.Max(0, Normal(r))),
        ["one value far out"] = random => Of(random, (r, d) => d == 7 ? 50 : Normal(r)),
        ["mostly zeros"] = random => Of(random, (r, d) => r.Next(20) == 0 ? Normal(r) : 0),
        ["all values the same"] = random => Of(random, (r, d) => 0.25f),
        ["a single value"] = random => random.Next(Dimension) is var one ? Of(random, (_, d) => d == one ? 1 : 0) : [],
        ["lengths from 0.001 to 1000"] = random => MathF.Pow(10, random.Next(-3, 4)) is var length ? [.. Of(random, (r, d) => Normal(r)).Select(value => value * length)] : [],
        ["few directions"] = random => Vectors.Unit(Dimension, random.Next(40)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Search_AnyVectors_EqualsScalarBruteForce(string shape, int k)
    {
        var random = new Random(k);
        var changes = Enumerable.Range(0, Count).Select(i => new VectorChange(Vectors.Id(i), Shapes[shape](random), [])).ToList();
        var queries = Enumerable.Range(0, Queries).SelectMany(i => i % 2 == 0 ? Shapes[shape](random) : Vectors.Unit(Dimension, i)).ToArray();
        var expected = queries.Chunk(Dimension).Select(query => Scalar.Nearest(changes, query, k)).ToArray();
        foreach (var index in new[] { new ExactIndex(Dimension), new ExactIndex(Dimension, threads: 3), new ExactIndex(Dimension, kernel: new PortableInt4ScanKernel()) })
        {
            index.Apply(changes);
            AssertScores(expected, index.SearchBatch(queries, new SearchOptions(k), default));
            // So many that there is no room for all candidates of each: they are compared before all rows were seen.
            AssertScores(expected, index.SearchBatch([.. Enumerable.Repeat(queries, 15).SelectMany(batch => batch)], new SearchOptions(k), default));
        }
    }

    private static void AssertScores(List<ShardHit>[] expected, ShardHit[][] actual)
    {
        for (var query = 0; query < actual.Length; query++)
        {
            var (all, some) = (expected[query % Queries], actual[query]);
            Assert.Equal(all.Count, some.Length);
            for (var i = 0; i < some.Length; i++)
            {
                // The last bits depend on the order of addition, and with them the order of those that nearly tie.
                Assert.Equal(all[i].Score, some[i].Score, Math.Max(1e-5f, Math.Abs(all[i].Score) * 1e-5f));
            }
        }
    }

    private static float[] Of(Random random, Func<Random, int, float> value)
    {
        var vector = new float[Dimension];
        for (var d = 0; d < Dimension; d++)
        {
            vector[d] = value(random, d);
        }

        var length = MathF.Sqrt(Scalar.Dot(vector, vector));
        return length == 0 ? Vectors.Unit(Dimension, 1) : [.. vector.Select(x => x / length)];
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
