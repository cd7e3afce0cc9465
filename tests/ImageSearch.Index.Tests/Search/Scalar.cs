namespace ImageSearch.Index.Tests.Search;

/// <summary>The plain twin of the vectorised arithmetic.</summary>
internal static class Scalar
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return (float)sum;
    }
}
