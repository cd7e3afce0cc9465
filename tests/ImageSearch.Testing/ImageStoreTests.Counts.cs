using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>This part: how many there are, and what they were made by.</summary>
public abstract partial class ImageStoreTests
{
    [Fact]
    public async Task CountExtractions_OfOneVersion_FollowsWhatBecomesOfThem()
    {
        var newer = Samples.Model with { Version = "2" };
        Assert.Equal(default, await Store.CountExtractionsAsync(Samples.Model, Token));
        for (var i = 1; i <= 5; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1), Samples.Vector(2), Samples.Vector(3)], Token);
        await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(4), 2, "It does not decode.")], Token);
        await Store.PutVectorsAsync(newer, [Samples.Vector(1)], Token);
        Assert.Equal(new ExtractionCounts(3, 1), await Store.CountExtractionsAsync(Samples.Model, Token));
        Assert.Equal(new ExtractionCounts(1, 0), await Store.CountExtractionsAsync(newer, Token));

        await Store.DeleteAsync(Samples.Id(1), Token);
        await Store.ResetFailuresAsync(FailureFilter.All, 10, Token);
        Assert.Equal(new ExtractionCounts(2, 0), await Store.CountExtractionsAsync(Samples.Model, Token));
        Assert.Equal(default, await Store.CountExtractionsAsync(newer, Token));
    }

    [Fact]
    public async Task Declare_HoldsFromTheFirstVectorOn()
    {
        var newer = Samples.Model with { Version = "2" };
        await Store.AddAsync(Samples.Image(1), Token);
        Assert.Equal("224 pixels", await Store.DeclareAsync(Samples.Model, "224 pixels", Token));
        Assert.Equal("128 pixels", await Store.DeclareAsync(Samples.Model, "128 pixels", Token));

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        Assert.Equal("128 pixels", await Store.DeclareAsync(Samples.Model, "64 pixels", Token));
        Assert.Equal("128 pixels", await Store.DeclareAsync(Samples.Model, "128 pixels", Token));
        Assert.Equal("64 pixels", await Store.DeclareAsync(newer, "64 pixels", Token));
    }

    [Fact]
    public async Task Declare_AfterVectorsOfAReleaseThatDidNotAsk_Holds()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        Assert.Equal("224 pixels", await Store.DeclareAsync(Samples.Model, "224 pixels", Token));
        Assert.Equal("224 pixels", await Store.DeclareAsync(Samples.Model, "128 pixels", Token));
    }
}
