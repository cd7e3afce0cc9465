using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Search;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchPagingTests : ApiTest
{
    private const int Pictures = 150;

    private static readonly byte[] Query = GeneratedPicture.Png(1, 32, 32);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < Pictures; i++)
        {
            // Every vector ten times, so that pages end within ties.
            await AddAsync(i, FakeExtractor.Embed([(byte)(i / 10)], 8), i % 2 == 0 ? ["even"] : []);
        }
    }

    [Theory]
    [InlineData(7, "")]
    [InlineData(100, "")]
    [InlineData(9, "&tag=even")]
    [InlineData(20, "&minScore=0.9")]
    public async Task Pages_TogetherAreTheWholeRanking(int k, string options)
    {
        var vector = FakeExtractor.Embed(Query, 8);
        var expected = System.Shards.SelectMany(shard => shard.Vectors)
            .Where(entry => options != "&tag=even" || entry.Value.Tags.Length > 0)
            .Select(entry => new RankedHit(entry.Key, HitMerger.Round(entry.Value.Vector.Zip(vector, (a, b) => a * b).Sum())))
            .Where(hit => options != "&minScore=0.9" || hit.Score >= 0.9)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Select(hit => hit.Id.ToString()).ToList();

        var pages = await PagesAsync(await Http.PostAsync($"/api/v1/search?k={k}{options}", Form(Query), Token));

        Assert.Equal(expected, pages.SelectMany(Ids));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(k, page["results"]!.AsArray().Count));
        Assert.Single(System.Extractor.Requests); // the picture is embedded once
    }

    [Fact]
    public async Task Pages_ByPictureOfTheCollection_NeedNoExtractorAndAShortCursor()
    {
        var id = Samples.Id(3).ToString();
        var pages = await PagesAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = id, k = 60 }, Token));

        Assert.Equal([60, 60, 30], pages.Select(page => page["results"]!.AsArray().Count));
        Assert.Equal(Pictures, pages.SelectMany(Ids).Distinct().Count());
        Assert.InRange(((string)pages[0]["next"]!).Length, 50, 300);
        Assert.Empty(System.Extractor.Requests);
        Assert.Equal("exact", (string?)pages[0]["results"]!.AsArray().Single(result => (string?)result!["id"] == id)!["match"]);
    }

    [Fact]
    public async Task Pages_OfSimilarPictures_LeaveThePictureOutOfAll()
    {
        var id = Samples.Id(3).ToString();
        var pages = await PagesAsync(await Http.GetAsync($"/api/v1/images/{id}/similar?k=50&model=layout", Token));

        Assert.Equal(Pictures - 1, pages.SelectMany(Ids).Distinct().Count());
        Assert.DoesNotContain(id, pages.SelectMany(Ids));
    }

    [Fact]
    public async Task Next_AtTheMaximumDepth_IsNull()
    {
        await using var system = await WebSystem.StartAsync(("Search:MaximumDepth", "100"));
        for (var i = 0; i < 120; i++)
        {
            system.Shards[0].Vectors[Samples.Id(i)] = (FakeExtractor.Embed([(byte)i], 8), []);
            await system.Store.AddAsync(Samples.Image(i), Token);
        }

        var first = await JsonAsync(await system.Http.PostAsync("/api/v1/search?k=60", Form(Query), Token));
        var second = await JsonAsync(await ContinueAsync(system.Http, first));

        Assert.Equal((60, 40), (Ids(first).Count(), Ids(second).Count()));
        Assert.Null(second["next"]);
        Assert.Empty(Ids(first).Intersect(Ids(second)));
    }

    [Fact]
    public async Task Continue_AfterThePictureWasDeleted_IsGone()
    {
        var first = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = Samples.Id(3).ToString() }, Token));
        await System.Store.DeleteAsync(Samples.Id(3), Token);

        await ProblemAsync(await ContinueAsync(Http, first), HttpStatusCode.Gone, "cursor-expired");
    }

    [Fact]
    public async Task Continue_AnotherVersionOfTheModel_IsGone()
    {
        var cursor = new SearchCursor(
            new ModelKey("layout", "0"), new SearchParameters(10), Samples.Id(1), null, [], null, new RankPosition(0.5, Samples.Id(2)), 10);

        using var response = await Http.PostAsJsonAsync("/api/v1/search", new { cursor = SearchCursorText.Write(cursor) }, Token);

        await ProblemAsync(response, HttpStatusCode.Gone, "cursor-expired");
    }

    [Fact]
    public async Task Continue_WithAnythingBeside_IsABadRequest()
    {
        var first = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Query), Token));
        var cursor = (string)first["next"]!;

        foreach (var response in new[]
        {
            await Http.PostAsJsonAsync("/api/v1/search", new { cursor, k = 5 }, Token),
            await Http.PostAsJsonAsync("/api/v1/search", new { cursor, imageId = Samples.Id(1).ToString() }, Token),
            await Http.PostAsJsonAsync("/api/v1/search?model=layout", new { cursor }, Token),
            await Http.PostAsJsonAsync("/api/v1/search", new { cursor = cursor[..^1] }, Token),
            await Http.PostAsJsonAsync("/api/v1/search", new { cursor = "x" }, Token),
        })
        {
            var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, "invalid-parameters");
            Assert.Equal("cursor", Assert.Single(problem["errors"]!.AsObject()).Key);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Continue_AcceptHtml_IsTheFragment()
    {
        var first = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Query), Token));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/search") { Content = JsonContent.Create(new { cursor = (string)first["next"]! }) };
        request.Headers.Add("Accept", "text/html");

        using var response = await Http.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    private async Task<List<JsonObject>> PagesAsync(HttpResponseMessage first)
    {
        List<JsonObject> pages = [await JsonAsync(first)];
        while (pages[^1]["next"] is not null)
        {
            pages.Add(await JsonAsync(await ContinueAsync(Http, pages[^1])));
        }

        return pages;
    }

    private static Task<HttpResponseMessage> ContinueAsync(HttpClient http, JsonObject page) =>
        http.PostAsJsonAsync("/api/v1/search", new { cursor = (string)page["next"]! }, Token);

    private static IEnumerable<string> Ids(JsonObject page) => page["results"]!.AsArray().Select(result => (string)result!["id"]!);

    private async Task AddAsync(int number, float[] vector, string[] tags)
    {
        var id = Samples.Id(number);
        await System.Store.AddAsync(Samples.Image(number, tags), Token);
        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [new ImageVector(id, vector, 1, [])], Token);
        System.Shards[id.Bucket % 2].Vectors[id] = (vector, tags);
    }
}
