using System.Net;
using ImageSearch.Client.Images;
using ImageSearch.Client.Search;
using ImageSearch.Client.Tests.Support;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Client.Tests;

public sealed class SearchTests : ClientTest
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(1, 4).Select(seed => GeneratedPicture.Png(seed, 32, 32))];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var (picture, i) in _pictures.Select((picture, i) => (picture, i)))
        {
            await System.AddAsync(picture, $"{i}.png", indexed: true, "pets");
        }
    }

    [Fact]
    public async Task ByFile_FindsItFirst()
    {
        var answer = await Client.SearchAsync(SearchQuery.ByFile(UploadFile.FromBytes(_pictures[2], "query.png")), new SearchOptions { K = 3 }, Token);

        Assert.Equal(("layout", 3), (answer.Model, answer.Results.Count));
        Assert.Equal(ImageId.Of(_pictures[2]), answer.Results[0].Id);
        Assert.Equal(1, answer.Results[0].Score, 0.00001);
        Assert.Equal("2.png", answer.Results[0].Source);
        Assert.Equal(["pets"], answer.Results[0].Tags);
        Assert.Equal("label of 2.png", answer.Results[0].Labels![0].Name);
        Assert.Equal([0, 1], answer.Shards.Select(shard => shard.Shard));
        Assert.False(answer.Partial);
    }

    [Fact]
    public async Task ById_WithAModelAndATag_AsksForThem()
    {
        var answer = await Client.SearchAsync(
            SearchQuery.ById(ImageId.Of(_pictures[0])), new SearchOptions { Model = "other", Tag = "nobody has this" }, Token);

        Assert.Equal("other", answer.Model);
        Assert.Empty(answer.Results);
    }

    [Fact]
    public async Task ByUrl_IsFetchedByTheServer()
    {
        System.Ingest.Pages["https://example.org/cat.png"] = _pictures[1];

        var answer = await Client.SearchAsync(SearchQuery.ByUrl("https://example.org/cat.png"), new SearchOptions { Crop = new CropRectangle(0, 0, 1, 1) }, Token);

        Assert.NotEmpty(answer.Results);
    }

    [Fact]
    public async Task BadParameters_AreAllToldOf()
    {
        var query = SearchQuery.ById(ImageId.Of(_pictures[0]));

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => Client.SearchAsync(query, new SearchOptions { K = 0, MinScore = 2 }, Token));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-parameters"), (e.StatusCode, e.Problem!.Slug));
        Assert.Equal(["k", "minScore"], e.Problem.Errors!.Keys.Order());
        Assert.Equal(e.Problem.Detail, e.Message);
    }

    [Fact]
    public async Task Models_AreListed()
    {
        var models = await Client.GetModelsAsync(Token);

        Assert.Equal(["layout", "other"], models.Select(model => model.Name));
        Assert.Equal(4, models[0].Shards.Sum(shard => shard.Count));
    }

    [Theory]
    [InlineData("0,0,1")]
    [InlineData("0.5,0,0.6,1")]
    [InlineData("0,0,0,1")]
    [InlineData("a,b,c,d")]
    public void CropThatIsNone_IsNotRead(string text) => Assert.False(CropRectangle.TryParse(text, out _));
}
