using System.Runtime.Intrinsics.X86;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search.Graph;

/// <summary>Every kernel that this processor runs, against plain arithmetic: sums of integers are equal, not close.</summary>
public sealed unsafe class Int8DotKernelTests
{
    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kernel in Kernels.Keys)
        {
            foreach (var (dimension, rows) in new[] { (1, 1), (63, 2), (64, 3), (65, 4), (127, 5), (512, 7), (1000, 8), (8192, 13), (128, 0) })
            {
                cases.Add(kernel, dimension, rows);
            }
        }

        return cases;
    }

    public static TheoryData<string> Names => [.. Kernels.Keys];

    private static Dictionary<string, Int8DotKernel> Kernels { get; } = new Int8DotKernel?[]
    {
        Avx512BW.IsSupported ? new Avx512Int8DotKernel() : null,
        Avx2.IsSupported ? new Avx2Int8DotKernel() : null,
        new PortableInt8DotKernel(),
    }.OfType<Int8DotKernel>().ToDictionary(kernel => kernel.GetType().Name);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Score_AnySize_EqualsScalar(string name, int dimension, int rows)
    {
        var random = new Random(dimension + rows);
        var (codes, query) = (new Rows(dimension, Math.Max(rows, 1)), new AlignedMemory(Int8DotKernel.Padded(dimension) * sizeof(short)));
        codes.Fill(_ => (sbyte)random.Next(-127, 128));
        var q = (short*)query.Pointer;
        for (var d = 0; d < dimension; d++)
        {
            q[d] = (short)random.Next(-2000, 2001);
        }

        var sums = new int[rows + 1];
        sums[^1] = 77;
        codes.Score(Kernels[name], q, rows, sums);

        Assert.Equal([.. Enumerable.Range(0, rows).Select(row => codes.Sum(row, q)), 77], sums);
        GC.KeepAlive(query);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Score_LargestValuesOfTheLargestDimension_DoesNotOverflow(string name)
    {
        const int Dimension = 8192;
        var (codes, query) = (new Rows(Dimension, 1), new AlignedMemory(Dimension * sizeof(short)));
        codes.Fill(d => d % 2 == 0 ? (sbyte)127 : (sbyte)-127);
        var vector = Enumerable.Range(0, Dimension).Select(d => d % 2 == 0 ? 1f : -1f).ToArray();
        RowQuery.Encode(vector, Dimension, (short*)query.Pointer);

        var sums = new int[1];
        codes.Score(Kernels[name], (short*)query.Pointer, 1, sums);

        Assert.Equal(codes.Sum(0, (short*)query.Pointer), sums[0]);
        Assert.True(sums[0] > int.MaxValue / 2, "the query uses less of the room than it might");
        GC.KeepAlive(query);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Widen_Codes_AreThemselves(string name)
    {
        var (codes, query) = (new Rows(200, 1), new AlignedMemory(256 * sizeof(short)));
        codes.Fill(d => (sbyte)(d - 128));

        Kernels[name].Widen(codes.Pointer, 256, (short*)query.Pointer);

        Assert.Equal(
            [.. Enumerable.Range(0, 256).Select(d => (short)(d < 200 ? d - 128 : 0))],
            new ReadOnlySpan<short>(query.Pointer, 256).ToArray());
        GC.KeepAlive(query);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100)]
    [InlineData(512)]
    public void Encode_RowAndQuery_StandForTheVector(int dimension)
    {
        var vector = Vectors.Unit(dimension, 5);
        var padded = Int8DotKernel.Padded(dimension);
        var memory = new AlignedMemory(3L * padded);
        var (row, query) = ((nint)memory.Pointer, (nint)memory.Pointer + padded);

        var (rowScale, rowError) = RowCodes.Encode(vector, (sbyte*)row);
        var (queryScale, queryError) = RowQuery.Encode(vector, padded, (short*)query);

        Assert.InRange(Distance(vector, d => ((sbyte*)row)[d] * (double)rowScale), 0, rowError);
        Assert.InRange(Distance(vector, d => ((short*)query)[d] * (double)queryScale), 0, queryError + 1e-7);
        Assert.InRange(rowError, 0, 0.02f);
        Assert.InRange(queryError, 0, 0.001f);
        GC.KeepAlive(memory);
    }

    private static double Distance(float[] vector, Func<int, double> value) => Math.Sqrt(Enumerable.Range(0, vector.Length).Sum(d => Math.Pow(vector[d] - value(d), 2)));

    private sealed class Rows(int dimension, int count)
    {
        private readonly AlignedMemory _memory = new((long)Int8DotKernel.Padded(dimension) * count);

        public sbyte* Pointer => (sbyte*)_memory.Pointer;

        public void Fill(Func<int, sbyte> value)
        {
            for (var row = 0; row < count; row++)
            {
                for (var d = 0; d < dimension; d++)
                {
                    Pointer[(row * Int8DotKernel.Padded(dimension)) + d] = value(d);
                }
            }
        }

        public void Score(Int8DotKernel kernel, short* query, int rows, int[] sums)
        {
            var pointers = stackalloc sbyte*[rows + 1];
            for (var row = 0; row < rows; row++)
            {
                pointers[row] = Pointer + (row * Int8DotKernel.Padded(dimension));
            }

            fixed (int* s = sums)
            {
                kernel.Score(query, pointers, rows, Int8DotKernel.Padded(dimension), s);
            }

            GC.KeepAlive(this);
        }

        public int Sum(int row, short* query) =>
            Enumerable.Range(0, dimension).Sum(d => Pointer[(row * Int8DotKernel.Padded(dimension)) + d] * query[d]);
    }
}
