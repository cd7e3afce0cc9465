using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Every kernel that this processor runs, against plain arithmetic: sums of integers are equal, not close.</summary>
public sealed unsafe class Int4ScanKernelTests
{
    private const int Rows = Int4ScanKernel.Rows;

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kernel in Kernels.Keys)
        {
            foreach (var (padded, panels) in new[] { (8, 1), (16, 2), (24, 3), (32, 5), (40, 6), (504, 4), (512, 7), (8192, 2) })
            {
                cases.Add(kernel, padded, panels);
            }
        }

        return cases;
    }

    private static Dictionary<string, Int4ScanKernel> Kernels { get; } = new Int4ScanKernel?[]
    {
        Avx512BW.IsSupported ? new Avx512Int4ScanKernel() : null,
        Avx2.IsSupported ? new Avx2Int4ScanKernel() : null,
        new PortableInt4ScanKernel(),
    }.OfType<Int4ScanKernel>().ToDictionary(kernel => kernel.GetType().Name);

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

        Assert.Equal([.. codes.Select(row => Sum(row, query, code => code >> 4)), 77], sums);
        GC.KeepAlive(memory);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ScoreBatch_AnySize_EqualsScalar(string name, int padded, int panels)
    {
        var (memory, codes) = Panels(padded, panels);
        var queries = Enumerable.Range(0, Int4ScanKernel.BatchQueries).Select(i => Query(padded, i)).ToArray();
        var interleaved = new sbyte[padded * Int4ScanKernel.BatchQueries];
        for (var i = 0; i < interleaved.Length; i++)
        {
            var (step, rest) = (i / (Int4ScanKernel.Step * Int4ScanKernel.BatchQueries), i % (Int4ScanKernel.Step * Int4ScanKernel.BatchQueries));
            interleaved[i] = queries[rest / Int4ScanKernel.Step][(step * Int4ScanKernel.Step) + (rest % Int4ScanKernel.Step)];
        }

        var stride = (panels * Rows) + 3;
        var sums = new int[Int4ScanKernel.BatchQueries * stride];
        fixed (sbyte* q = interleaved)
        {
            fixed (int* s = sums)
            {
                Kernels[name].ScoreBatch((byte*)memory.Pointer, panels, q, padded, s, stride);
            }
        }

        for (var i = 0; i < queries.Length; i++)
        {
            Assert.Equal([.. codes.Select(row => Sum(row, queries[i], code => code >> 4)), 0, 0, 0], sums[(i * stride)..((i + 1) * stride)]);
        }

        GC.KeepAlive(memory);
    }

    [Theory]
    [MemberData(nameof(FineCases))]
    public void ScoreFine_AnySize_EqualsScalar(string name, int dimension)
    {
        var padded = Int4ScanKernel.FinePadded(dimension);
        var memory = new AlignedMemory(Int4ScanKernel.FineBytes(dimension));
        for (var seed = 0; seed < 4; seed++)
        {
            var query = Query(padded, seed);
            Array.Clear(query, dimension, padded - dimension);
            var codes = Codes(dimension, seed);
            Int4ScanKernel.WriteFine((byte*)memory.Pointer, codes);

            fixed (sbyte* q = query)
            {
                Assert.Equal(Sum(codes, query, code => code & 15), Kernels[name].ScoreFine((byte*)memory.Pointer, q, padded));
            }
        }

        GC.KeepAlive(memory);
    }

    public static TheoryData<string, int> FineCases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var kernel in Kernels.Keys)
        {
            foreach (var dimension in new[] { 1, 5, 31, 33, 64, 100, 127, 512, 1000, 8192 })
            {
                cases.Add(kernel, dimension);
            }
        }

        return cases;
    }

    [Fact]
    public void Write_RowBesideOthers_LeavesThemAlone()
    {
        const int Dimension = 21;
        var (memory, codes) = Panels(Int4ScanKernel.Padded(Dimension), 1);
        codes[3] = Codes(Dimension, 5);
        Int4ScanKernel.Write((byte*)memory.Pointer, 3, codes[3]);
        var query = Query(Int4ScanKernel.Padded(Dimension), 1);
        Array.Clear(query, Dimension, query.Length - Dimension);
        var sums = new int[Rows];

        fixed (sbyte* q = query)
        {
            fixed (int* s = sums)
            {
                new PortableInt4ScanKernel().Score((byte*)memory.Pointer, 1, q, query.Length, s);
            }
        }

        Assert.Equal(codes.Select(row => Sum(row, query, code => code >> 4)), sums);
        GC.KeepAlive(memory);
    }

    private static (AlignedMemory Memory, byte[][] Codes) Panels(int padded, int panels)
    {
        var memory = new AlignedMemory((long)panels * Int4ScanKernel.PanelBytes(padded));
        var codes = new byte[panels * Rows][];
        for (var row = 0; row < codes.Length; row++)
        {
            codes[row] = Codes(padded, row);
            Int4ScanKernel.Write((byte*)memory.Pointer + ((long)row / Rows * Int4ScanKernel.PanelBytes(padded)), row % Rows, codes[row]);
        }

        return (memory, codes);
    }

    /// <summary>Half of the rows and queries are as extreme as can be: nothing may overflow.</summary>
    private static byte[] Codes(int dimension, int seed)
    {
        var codes = new byte[dimension];
        new Random(seed).NextBytes(codes);
        if (seed % 2 == 0)
        {
            Array.Fill(codes, (byte)255);
        }

        return codes;
    }

    private static sbyte[] Query(int padded, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, padded).Select(_ => (sbyte)(seed % 2 == 0 ? Int4ScanKernel.LargestQuery * (seed % 4 == 0 ? 1 : -1) : random.Next(-Int4ScanKernel.LargestQuery, Int4ScanKernel.LargestQuery + 1)))];
    }

    private static int Sum(byte[] codes, sbyte[] query, Func<byte, int> half) => codes.Zip(query, (code, q) => half(code) * q).Sum();
}
