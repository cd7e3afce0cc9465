using ImageSearch.Core.Imaging;
using ImageSearch.Extractor.Embedding;

namespace ImageSearch.Extractor.Tests.Embedding;

public sealed class VectorsTests
{
    [Fact]
    public void Normalise_Vector_HasLengthOne() => Assert.Equal([0.6f, -0.8f], Vectors.Normalise([3, -4]));

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    public void Normalise_NothingToCompare_IsRefused(float x, float y) =>
        Assert.Equal("no-vector", Assert.Throws<InvalidImageException>(() => Vectors.Normalise([x, y])).Problem);

    [Fact]
    public void Rank_ManyLabels_KeepsTheFiveBestInOrder()
    {
        string[] labels = ["a", "b", "c", "d", "e", "f", "g"];
        var ranked = Vectors.Rank([0.1f, 0.3f, 0.05f, 0.2f, 0.15f, 0.02f, 0.18f], labels);
        Assert.Equal([new("b", 0.3f), new("d", 0.2f), new("g", 0.18f), new("e", 0.15f), new("a", 0.1f)], ranked);
    }

    [Fact]
    public void Rank_FewLabels_KeepsAll() => Assert.Equal([new Label("b", 0.9f), new Label("a", 0.1f)], Vectors.Rank([0.1f, 0.9f], ["a", "b"]));
}
