using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Web.Tests.Search;

public sealed class ModelChooserTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Choose_WithoutName_FollowsTheWeights()
    {
        const int Searches = 100_000;
        var chooser = Chooser(("a", 1), ("never", 0), ("b", 3), ("c", 0.5));

        var counts = Enumerable.Range(0, Searches).CountBy(_ => chooser.Choose(null)[0].Name).ToDictionary();

        Assert.Equal(["a", "b", "c"], counts.Keys.Order());
        Assert.Equal(1 / 4.5, counts["a"] / (double)Searches, 0.01);
        Assert.Equal(3 / 4.5, counts["b"] / (double)Searches, 0.01);
        Assert.Equal(0.5 / 4.5, counts["c"] / (double)Searches, 0.01);
    }

    [Fact]
    public void Choose_ByName_TakesItWhateverItsWeight() => Assert.Equal("never", Assert.Single(Chooser(("a", 1), ("never", 0)).Choose("never")).Name);

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("other")]
    public void Choose_UnknownName_IsAProblemThatNamesTheOthers(string name) =>
        Assert.Contains("one of: a, b", Assert.Throws<ProblemException>(() => Chooser(("a", 1), ("b", 1)).Choose(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Choose_NoWeightAtAll_AsksForAName() =>
        Assert.Contains("weight 0", Assert.Throws<ProblemException>(() => Chooser(("a", 0)).Choose(null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Choose_WithoutName_OrdersTheOthersByWeightTooAndLeavesOutWeightZero()
    {
        const int Searches = 100_000;
        var chooser = Chooser(("a", 1), ("never", 0), ("b", 3), ("c", 0.5));

        var orders = Enumerable.Range(0, Searches).Select(_ => string.Concat(chooser.Choose(null).Select(model => model.Name))).CountBy(order => order).ToDictionary();

        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Keys.Order());
        Assert.Equal(3 / 4.5 * (1 / 1.5), orders["bac"] / (double)Searches, 0.01);
    }

    [Fact]
    public void Choose_ModelThatFailed_IsLastForAWhile()
    {
        var chooser = Chooser(("a", 1_000_000), ("b", 0.000_001));

        chooser.ReportFailure(Assert.Single(chooser.Choose("a")));

        Assert.Equal(["b", "a"], chooser.Choose(null).Select(model => model.Name));
        Assert.Equal("a", Assert.Single(chooser.Choose("a")).Name);
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal("b", chooser.Choose(null)[0].Name);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("a", chooser.Choose(null)[0].Name);
    }

    [Fact]
    public void Choose_SameClient_AlwaysTheSameOrder()
    {
        var (one, other) = (Chooser(("a", 1), ("b", 3), ("c", 0.5)), Chooser(("c", 0.5), ("b", 3), ("a", 1)));

        for (var client = 0; client < 100; client++)
        {
            // Another process, which knows the models in another order, chooses the same.
            Assert.Equal(Names(one, $"client {client}"), Names(other, $"client {client}"));
        }
    }

    [Fact]
    public void Choose_ManyClients_FollowTheWeights()
    {
        const int Clients = 20_000;
        var chooser = Chooser(("a", 1), ("never", 0), ("b", 3), ("c", 0.5));

        var counts = Enumerable.Range(0, Clients).CountBy(client => Names(chooser, $"client {client}")[0]).ToDictionary();

        Assert.Equal(["a", "b", "c"], counts.Keys.Order());
        Assert.Equal(1 / 4.5, counts["a"] / (double)Clients, 0.015);
        Assert.Equal(3 / 4.5, counts["b"] / (double)Clients, 0.015);
    }

    [Fact]
    public void Choose_ModelIsAddedOrFails_OnlyItsClientsChange()
    {
        var (before, after) = (Chooser(("a", 1), ("b", 1)), Chooser(("a", 1), ("b", 1), ("c", 1)));
        var clients = Enumerable.Range(0, 1000).Select(client => $"client {client}").ToList();

        Assert.All(clients.Where(client => Names(after, client)[0] != "c"), client => Assert.Equal(Names(before, client)[0], Names(after, client)[0]));

        var chosen = clients.ToDictionary(client => client, client => Names(after, client)[0]);
        after.ReportFailure(Assert.Single(after.Choose("a")));
        Assert.All(clients, client => Assert.NotEqual("a", Names(after, client)[0]));
        Assert.All(clients.Where(client => chosen[client] != "a"), client => Assert.Equal(chosen[client], Names(after, client)[0]));
    }

    [Fact]
    public void Choose_ByName_CountsMoreThanTheClient() => Assert.Equal("b", Assert.Single(Chooser(("a", 1), ("b", 1)).Choose("b", "client")).Name);

    private static List<string> Names(ModelChooser chooser, string client) => [.. chooser.Choose(null, client).Select(model => model.Name)];

    private ModelChooser Chooser(params (string Name, double Weight)[] models)
    {
        var routes = new ModelRoutes();
        routes.AddRange(models.Select(model => new ModelRoute { Name = model.Name, Weight = model.Weight, Version = "1", Dimension = 8 }));
        return new ModelChooser(Options.Create(routes), Options.Create(new SearchOptions()), new Random(1), _clock);
    }
}
