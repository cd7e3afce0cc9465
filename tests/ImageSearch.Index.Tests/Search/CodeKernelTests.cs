using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Every kernel that this processor runs, against plain arithmetic: sums of integers are equal, not close.</summary>
public sealed unsafe class CodeKernelTests
{
    private const int Rows = CodeKernel.Rows;

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kernel in Kernels.Keys)
        {
            foreach (var (padded, panels) in new[] { (4, 1), (8, 2), (12, 3), (16, 5), (508, 4), (512, 7), (8192, 2) })
            {
                cases.Add(kernel, padded, panels);
            }
        }

        return cases;
    }

    private static Dictionary<string, CodeKernel> Kernels { get; } = new CodeKernel?[]
    {
        Avx512BW.IsSupported ? new Avx512CodeKernel() : null,
        Avx2.IsSupported ? new Avx2CodeKernel() : null,
        new PortableCodeKernel(),
    }.OfType<CodeKernel>().ToDictionary(kernel => kernel.GetType().Name);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Score_AnySize_EqualsScalar(string name, int padded, int panels)
    {
        var (memory, codes) = Panels(padded, panels);
        var query = Query(padded, 0);
        var sums = new int[(panels * Rows) + 1];
        sums[^1] = 77;

        fixed (sbyte* q = query)
        {
            fixed (int* s = sums)
            {
                Kernels[name].Score((byte*)memory.Pointer, panels, q, padded, s);
            }
        }

        Assert.Equal([.. codes.Select(row => Sum(row, query)), 77], sums);
        GC.KeepAlive(memory);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ScoreBatch_AnySize_EqualsScalar(string name, int padded, int panels)
    {
        var (memory, codes) = Panels(padded, panels);
        var queries = Enumerable.Range(0, CodeKernel.BatchQueries).Select(i => Query(padded, i)).ToArray();
        var interleaved = new sbyte[padded * CodeKernel.BatchQueries];
        for (var i = 0; i < interleaved.Length; i++)
        {
            var (step, rest) = (i / (CodeKernel.Step * CodeKernel.BatchQueries), i % (CodeKernel.Step * CodeKernel.BatchQueries));
            interleaved[i] = queries[rest / CodeKernel.Step][(step * CodeKernel.Step) + (rest % CodeKernel.Step)];
        }

        var stride = (panels * Rows) + 3;
        var sums = new int[CodeKernel.BatchQueries * stride];
        fixed (sbyte* q = interleaved)
        {
            fixed (int* s = sums)
            {
                Kernels[name].ScoreBatch((byte*)memory.Pointer, panels, q, padded, s, stride);
            }
        }

        for (var i = 0; i < queries.Length; i++)
        {
            Assert.Equal([.. codes.Select(row => Sum(row, queries[i])), 0, 0, 0], sums[(i * stride)..((i + 1) * stride)]);
        }

        GC.KeepAlive(memory);
    }

    /// <summary>Half of the rows and queries are as extreme as can be: nothing may overflow.</summary>
    private static (AlignedMemory Memory, byte[][] Codes) Panels(int padded, int panels)
    {
        var memory = new AlignedMemory((long)panels * Rows * padded);
        var random = new Random(padded);
        var codes = new byte[panels * Rows][];
        for (var row = 0; row < codes.Length; row++)
        {
            codes[row] = new byte[padded];
            random.NextBytes(codes[row]);
            if (row % 2 == 0)
            {
                Array.Fill(codes[row], (byte)255);
            }

            for (var d = 0; d < padded; d++)
            {
                var at = ((row / Rows) * Rows * padded) + (d / CodeKernel.Step * Rows * CodeKernel.Step) + (row % Rows * CodeKernel.Step) + (d % CodeKernel.Step);
                ((byte*)memory.Pointer)[at] = codes[row][d];
            }
        }

        return (memory, codes);
    }

    private static sbyte[] Query(int padded, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, padded).Select(_ => (sbyte)(seed % 2 == 0 ? CodeKernel.LargestQuery * (seed % 4 == 0 ? 1 : -1) : random.Next(-CodeKernel.LargestQuery, CodeKernel.LargestQuery + 1)))];
    }

    private static int Sum(byte[] codes, sbyte[] query) => codes.Zip(query, (code, q) => code * q).Sum();
}
