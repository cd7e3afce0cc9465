using ImageSearch.Core.Store;

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

    /// <summary>What a search is to find: every vector is compared in float32.</summary>
    public static List<ShardHit> Nearest(IEnumerable<VectorChange> vectors, float[] query, int k) =>
        [.. vectors
            .Select(change => new ShardHit(change.Id, Dot(change.Vector.Span, query)))
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.Id)
            .Take(k)];
}
