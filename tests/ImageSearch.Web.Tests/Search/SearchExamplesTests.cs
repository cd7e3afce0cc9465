using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchExamplesTests : ApiTest
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 12).Select(seed => GeneratedPicture.Png(seed, 48, 32))];

    private string[] Names => [.. _pictures.Select(picture => ImageId.Of(picture).ToString())];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var picture in _pictures)
        {
            await System.AddAsync(picture, "picture.png");
        }
    }

    [Fact]
    public async Task Search_ByExamples_RanksByTheMeanWithoutThem()
    {
        string[] positive = [Names[0], Names[1]];
        string[] negative = [Names[2]];
        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { positive, negative, k = 12 }, Token));

        var query = Combine([Vector(0), Vector(1)], [Vector(2)]);
        Assert.Equal(
            Enumerable.Range(3, 9).OrderByDescending(i => Dot(query, Vector(i))).Select(i => Names[i]),
            answer["results"]!.AsArray().Select(result => (string)result!["id"]!));
        Assert.Equal(Dot(query, Vector(Array.IndexOf(Names, (string)answer["results"]![0]!["id"]!))), (double)answer["results"]![0]!["score"]!, 5);
        Assert.Empty(System.Extractor.Requests);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Null(result!["match"]));
    }

    [Fact]
    public async Task Search_ByFileAndExamples_CountsTheFileAsOneOfThem()
    {
        var form = Form(_pictures[0], ("positive", Names[1]), ("positive", Names[4]), ("negative", Names[2]), ("k", "12"));

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", form, Token));

        var query = Combine([Vector(1), Vector(4), Vector(0)], [Vector(2)]);
        Assert.Equal(
            new[] { 3, 5, 6, 7, 8, 9, 10, 11 }.OrderByDescending(i => Dot(query, Vector(i))).Select(i => Names[i]),
            answer["results"]!.AsArray().Select(result => (string)result!["id"]!));
        Assert.Single(System.Extractor.Requests);
    }

    [Fact]
    public async Task Search_ByExamples_PagesLeaveThemOutToo()
    {
        string[] positive = [Names[0], Names[1]];
        var first = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { positive, k = 6 }, Token));
        var second = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor = (string)first["next"]! }, Token));

        JsonNode?[] results = [.. first["results"]!.AsArray(), .. second["results"]!.AsArray()];
        Assert.Equal(Names[2..].Order(), results.Select(result => (string)result!["id"]!).Order());
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Search_ByAnExampleThatIsNotIndexedYet_EmbedsIt()
    {
        var fresh = GeneratedPicture.Png(100, 48, 32);
        await System.AddAsync(fresh, "fresh.png", indexed: false);
        string[] positive = [ImageId.Of(fresh).ToString()];

        await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { positive }, Token));

        Assert.Equal(fresh, Assert.Single(System.Extractor.Bodies));
    }

    [Fact]
    public async Task Search_ByAnUnknownExample_IsNotFound()
    {
        string[] positive = [Names[0], Samples.Id(1).ToString()];

        await ProblemAsync(await Http.PostAsJsonAsync("/api/v1/search", new { positive }, Token), HttpStatusCode.NotFound, "unknown-image");
    }

    [Theory]
    [InlineData("""{"negative":["ID"]}""", "positive")]
    [InlineData("""{"positive":[]}""", "positive")]
    [InlineData("""{"positive":["xyz"]}""", "positive")]
    [InlineData("""{"positive":"ID"}""", "positive")]
    [InlineData("""{"positive":[1]}""", "positive")]
    [InlineData("""{"positive":["ID"],"negative":["ID"]}""", "negative")]
    [InlineData("""{"positive":["ID"],"imageId":"ID"}""", "positive")]
    [InlineData("""{"positive":["ID"],"url":"https://example.org/","imageId":"ID"}""", "positive")]
    [InlineData("""{"positive":["ID"],"crop":"0,0,0.5,0.5"}""", "crop")]
    public async Task Search_BadExamples_IsABadRequestThatNamesThem(string json, string name)
    {
        var problem = await ProblemAsync(await PostAsync(json.Replace("ID", Names[0], StringComparison.Ordinal)), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(name, Assert.Single(problem["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task Search_MoreThanSixteenExamples_IsABadRequest()
    {
        var ids = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"{Samples.Id(i)}\""));

        await ProblemAsync(await PostAsync($$"""{"positive":[{{ids}}]}"""), HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task Search_EverythingWrong_IsSaidAtOnce()
    {
        var problem = await ProblemAsync(
            await PostAsync("""{"positive":["x"],"negative":["y"],"k":0,"model":"none","minScore":2,"crop":"1","tag":"a","ef":0,"group":"maybe","relevant":"no"}"""),
            HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(
            ["crop", "ef", "group", "k", "minScore", "model", "negative", "positive", "relevant"], problem["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    private Task<HttpResponseMessage> PostAsync(string json) => Http.PostAsync("/api/v1/search", new StringContent(json, null, "application/json"), Token);

    private float[] Vector(int picture) => FakeExtractor.Embed(_pictures[picture], 8);

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static float[] Combine(float[][] positive, float[][] negative)
    {
        var sum = Enumerable.Range(0, 8).Select(i => positive.Average(vector => vector[i]) - (0.5f * negative.Average(vector => vector[i]))).ToArray();
        return [.. sum.Select(value => (float)(value / Math.Sqrt(Dot(sum, sum))))];
    }
}
