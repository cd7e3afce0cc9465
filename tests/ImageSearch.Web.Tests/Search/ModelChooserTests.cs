using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Tests.Search;

public sealed class ModelChooserTests
{
    [Fact]
    public void Choose_WithoutName_FollowsTheWeights()
    {
        const int Searches = 100_000;
        var chooser = Chooser(("a", 1), ("never", 0), ("b", 3), ("c", 0.5));

        var counts = Enumerable.Range(0, Searches).CountBy(_ => chooser.Choose(null).Name).ToDictionary();

        Assert.Equal(["a", "b", "c"], counts.Keys.Order());
        Assert.Equal(1 / 4.5, counts["a"] / (double)Searches, 0.01);
        Assert.Equal(3 / 4.5, counts["b"] / (double)Searches, 0.01);
        Assert.Equal(0.5 / 4.5, counts["c"] / (double)Searches, 0.01);
    }

    [Fact]
    public void Choose_ByName_TakesItWhateverItsWeight() => Assert.Equal("never", Chooser(("a", 1), ("never", 0)).Choose("never").Name);

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("other")]
    public void Choose_UnknownName_IsAProblemThatNamesTheOthers(string name) =>
        Assert.Contains("one of: a, b", Assert.Throws<ProblemException>(() => Chooser(("a", 1), ("b", 1)).Choose(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Choose_NoWeightAtAll_AsksForAName() =>
        Assert.Contains("weight 0", Assert.Throws<ProblemException>(() => Chooser(("a", 0)).Choose(null)).Message, StringComparison.Ordinal);

    private static ModelChooser Chooser(params (string Name, double Weight)[] models)
    {
        var routes = new ModelRoutes();
        routes.AddRange(models.Select(model => new ModelRoute { Name = model.Name, Weight = model.Weight, Version = "1", Dimension = 8 }));
        return new ModelChooser(Options.Create(routes), new Random(1));
    }
}
