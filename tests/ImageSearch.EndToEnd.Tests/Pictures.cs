using ImageSearch.Testing.Pictures;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>Generated pictures, for tests that need no photographs.</summary>
internal static class Pictures
{
    /// <summary>Distinct pictures; seeds that are as far apart as the counts give no picture twice.</summary>
    public static IReadOnlyList<Picture> Some(int count, int seed) =>
        [.. Enumerable.Range(seed, count).Select(number => new Picture($"generated-{number}.png", GeneratedPicture.Png(number)))];

    /// <summary>Many distinct pictures that are quickly made and quickly embedded.</summary>
    public static IReadOnlyList<Picture> Small(int count, int seed) =>
        [.. Enumerable.Range(seed, count).AsParallel().AsOrdered().Select(number => new Picture($"small-{number}.jpg", GeneratedPicture.Jpeg(number, 64, 64)))];
}
