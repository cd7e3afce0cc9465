using System.Runtime.InteropServices;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

public sealed class ExampleVectorsTests
{
    private static readonly float[] X = [1, 0, 0];
    private static readonly float[] Y = [0, 1, 0];

    [Fact]
    public void Combine_One_IsItself() => Assert.Equal(X, Combine([X], []));

    [Fact]
    public void Combine_Two_IsHalfway() => Assert.Equal([MathF.Sqrt(0.5f), MathF.Sqrt(0.5f), 0], Combine([X, Y], [])!, Tolerance);

    [Fact]
    public void Combine_PositiveAndNegative_TurnsAwayByHalf() => Assert.Equal([2 / MathF.Sqrt(5), -1 / MathF.Sqrt(5), 0], Combine([X], [Y])!, Tolerance);

    [Fact]
    public void Combine_SeveralNegative_CountAsOne() => Assert.Equal(Combine([X], [Y]), Combine([X], [Y, Y, Y]));

    [Fact]
    public void Combine_NothingLeft_IsNull() => Assert.Null(Combine([X, [-1, 0, 0]], []));

    private static float[]? Combine(float[][] positive, float[][] negative) =>
        ExampleVectors.Combine(positive, negative) is { } bytes ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : null;

    private static bool Tolerance(float a, float b) => MathF.Abs(a - b) < 1e-6f;
}
