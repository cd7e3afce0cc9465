using ImageSearch.Testing.Pictures;

namespace ImageSearch.Ingest.Tests;

/// <summary>Small real pictures, one for every number.</summary>
internal static class Png
{
    /// <param name="padding">Bytes behind the picture's end, for files of a given weight.</param>
    public static byte[] Create(int number, int width = 8, int height = 8, int padding = 0) =>
        [.. GeneratedPicture.Png(number, width, height), .. new byte[padding]];

    public static IReadOnlyList<byte[]> CreateMany(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(number => Create(number))];
}
