using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Every kernel that this processor runs, against plain arithmetic.</summary>
public sealed unsafe class PanelKernelTests
{
    private const int Rows = PanelKernel.Rows;

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kernel in Kernels.Keys)
        {
            foreach (var (dimension, panels) in new[] { (1, 1), (2, 2), (3, 3), (4, 4), (5, 7), (31, 5), (64, 6), (127, 8), (512, 10), (908, 3) })
            {
                cases.Add(kernel, dimension, panels);
            }
        }

        return cases;
    }

    private static Dictionary<string, PanelKernel> Kernels { get; } = new PanelKernel?[]
    {
        Avx512F.IsSupported ? new Avx512PanelKernel() : null,
        Fma.IsSupported && Avx2.IsSupported ? new Avx2PanelKernel() : null,
        new PortablePanelKernel(),
    }.OfType<PanelKernel>().ToDictionary(kernel => kernel.GetType().Name);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Score_AnySize_EqualsScalar(string name, int dimension, int panels)
    {
        var (memory, vectors) = Panels(dimension, panels);
        var query = Vectors.Unit(dimension, 1_000_000);
        var scores = new float[(panels * Rows) + 1];
        scores[^1] = 77;

        fixed (float* q = query, s = scores)
        {
            Kernels[name].Score((float*)memory.Pointer, panels, q, dimension, s);
        }

        for (var row = 0; row < panels * Rows; row++)
        {
            Assert.Equal(Scalar.Dot(query, vectors[row]), scores[row], 1e-5f);
        }

        Assert.Equal(77, scores[^1]);
        GC.KeepAlive(memory);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ScoreBatch_AnySize_EqualsScalar(string name, int dimension, int panels)
    {
        var kernel = Kernels[name];
        var (memory, vectors) = Panels(dimension, panels);
        for (var present = 1; present <= kernel.BatchQueries; present++)
        {
            var queries = Enumerable.Range(0, present).SelectMany(i => Vectors.Unit(dimension, 1_000_000 + i)).ToArray();
            var interleaved = new float[kernel.BatchQueries * dimension];
            kernel.Interleave(queries, dimension, interleaved);
            var stride = (panels * Rows) + 3;
            var scores = new float[kernel.BatchQueries * stride];
            Array.Fill(scores, 77);

            fixed (float* q = interleaved, s = scores)
            {
                kernel.ScoreBatch((float*)memory.Pointer, panels, q, present, dimension, s, stride, (byte*)memory.Pointer, present * 1000);
            }

            for (var i = 0; i < kernel.BatchQueries; i++)
            {
                for (var row = 0; row < stride; row++)
                {
                    var actual = scores[(i * stride) + row];
                    if (row >= panels * Rows)
                    {
                        Assert.Equal(77, actual);
                    }
                    else if (i < present)
                    {
                        Assert.Equal(Scalar.Dot(queries.AsSpan(i * dimension, dimension), vectors[row]), actual, 1e-5f);
                    }
                    else
                    {
                        Assert.True(actual is 0 or 77, "a query that is not there counts as zeros, or is left out");
                    }
                }
            }
        }

        GC.KeepAlive(memory);
    }

    private static (AlignedMemory Memory, float[][] Vectors) Panels(int dimension, int panels)
    {
        var memory = new AlignedMemory((long)panels * Rows * dimension * sizeof(float));
        var vectors = Enumerable.Range(0, panels * Rows).Select(seed => Vectors.Unit(dimension, seed)).ToArray();
        for (var row = 0; row < vectors.Length; row++)
        {
            for (var d = 0; d < dimension; d++)
            {
                ((float*)memory.Pointer)[((((row / Rows) * dimension) + d) * Rows) + (row % Rows)] = vectors[row][d];
            }
        }

        return (memory, vectors);
    }
}
