using System.Text;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>Domain objects for tests, the same ones for the same numbers.</summary>
public static class Samples
{
    public static ModelKey Model { get; } = new("layout", "1");

    public static ImageId Id(int number) => ImageId.Of(Encoding.UTF8.GetBytes($"picture {number}"));

    public static ImageRecord Image(int number, params IReadOnlyList<string> tags) =>
        new(Id(number), $"picture-{number}.jpg", "image/jpeg", 640, 480, 1000 + number, tags, default);

    public static ImageVector Vector(int number, int dimension = 8) => new(Id(number), Floats(number, dimension), 1, [new Label($"label {number}", 0.5f)]);

    public static float[] Floats(int number, int dimension = 8)
    {
        var random = new Random(number);
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = random.NextSingle() - 0.5f;
        }

        return vector;
    }
}
