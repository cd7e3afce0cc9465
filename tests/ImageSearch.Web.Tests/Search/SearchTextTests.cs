using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Searches by words. The model "layout" knows them here, "other" does not.</summary>
public sealed class SearchTextTests : ApiTest
{
    private const string Words = "a red car";

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 12).Select(seed => GeneratedPicture.Png(seed, 48, 32))];

    protected override (string Key, string? Value)[] Settings => [("Models:0:Words", "true"), ("Models:1:Weight", "1000000")];

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
    public async Task Search_ByWords_RanksByTheirVector_HoweverTheyAreSent()
    {
        using var form = new MultipartFormDataContent { { new StringContent(Words), "text" }, { new StringContent("12"), "k" } };
        JsonObject[] answers =
        [
            await JsonAsync(await Http.GetAsync("/api/v1/search?k=12&text=a%20red%20car", Token)),
            await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { text = $"  {Words} ", k = 12 }, Token)),
            await JsonAsync(await Http.PostAsync("/api/v1/search", form, Token)),
        ];

        Assert.All(answers, answer =>
        {
            Assert.Equal(Ranked(Vector(Words), []), Found(answer));
            // The other has all the weight, and knows no words.
            Assert.Equal("layout", (string?)answer["model"]);
            Assert.Equal(2.5, (double)answer["tookMs"]!["embed"]!);
        });
        Assert.Empty(System.Extractor.Bodies);
    }

    [Fact]
    public async Task Search_ByWordsAndPictures_CountsAllOfThem()
    {
        string[] positive = [Names[1]], negative = [Names[2]];
        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { text = Words, positive, negative, k = 12 }, Token));
        var beside = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { text = Words, imageId = Names[1], negative, k = 12 }, Token));
        var file = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(_pictures[1], ("text", Words), ("negative", Names[2]), ("k", "12")), Token));

        float[] query = [.. Vector(Words).Zip(Vector(1), Vector(2)).Select(v => (v.First / 2) + (v.Second / 2) - (v.Third / 2))];
        Assert.Equal(Ranked(query, [1, 2]), Found(answer));
        Assert.Equal(Found(answer), Found(beside));
        Assert.Equal(Found(answer), Found(file));
    }

    [Fact]
    public async Task Search_ByWords_GoesOnWithItsCursor()
    {
        var first = await JsonAsync(await Http.GetAsync($"/api/v1/search?k=5&next=true&text={Words}", Token));
        var second = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor = (string)first["next"]! }, Token));

        Assert.Equal(Ranked(Vector(Words), []).Take(10), Found(first).Concat(Found(second)));
    }

    [Fact]
    public async Task Search_ByWords_IsJudgedByTheScoresOfTheWords()
    {
        for (var seed = 20; seed < 60; seed++)
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 48, 32), "more.png");
        }

        foreach (var shard in System.Shards)
        {
            shard.Scores = new ScoreStats(1000, 0.9, 0.01, new ScoreQuantiles(0.9, 0.91, 0.92, 0.93, 0.94));
            // A third of the collection is what the words say: the deviation is that of the others.
            shard.ScoresOfOne = new ScoreStats(50, 0, 0, new ScoreQuantiles(0.10, 0.60, 0.70, 0.70, 0.70) { P10 = 0.02, P25 = 0.05 });
        }

        var answer = await JsonAsync(await Http.GetAsync($"/api/v1/search?text={Words}", Token));

        // The normal distribution through both, and the deviations that 0.2 of 52 pictures exceed.
        var deviation = 0.03 / (1.2816 - 0.6745);
        Assert.Equal(0.05 + (0.6745 * deviation) + (1.1 * 2.66 * deviation), (double)answer["cutOff"]!["score"]!, 2);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal("similar", (string?)result!["match"]));
    }

    [Theory]
    [InlineData("""{"text": "x", "model": "other"}""", "model", "These can: layout")]
    [InlineData("""{"text": "x", "url": "https://example.org/cat.jpg"}""", "positive", "stand instead of url")]
    [InlineData("""{"text": "x", "crop": [0, 0, 1, 0.5]}""", "crop", "needs one picture")]
    [InlineData("""{"text": 5, "k": 0}""", "k", "k must be")]
    [InlineData("""{"text": ["x"]}""", "text", "wrong kind")]
    public async Task Search_ByWordsThatDoNotFit_SaysWhy(string body, string name, string sentence)
    {
        var response = await Http.PostAsync("/api/v1/search", new StringContent(body, Encoding.UTF8, "application/json"), Token);

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains(sentence, (string)problem["errors"]![name]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WordsTooLongOrNone_IsRefused()
    {
        var tooLong = await ProblemAsync(await Http.GetAsync($"/api/v1/search?text={new string('x', 501)}", Token), HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("at most 500", (string)tooLong["detail"]!, StringComparison.Ordinal);
        foreach (var nothing in new[] { "", "?text=", "?text=%20%20" })
        {
            await ProblemAsync(await Http.GetAsync($"/api/v1/search{nothing}", Token), HttpStatusCode.BadRequest, "invalid-request");
        }

        await ProblemAsync(await Http.GetAsync($"/api/v1/images/{Names[0]}/similar?text=x", Token), HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task Models_SayWhichKnowWords()
    {
        var answer = await JsonAsync(await Http.GetAsync("/api/v1/models", Token));

        Assert.Equal(["layout: True", "other: False"], answer["models"]!.AsArray().Select(model => $"{model!["name"]}: {(bool)model["words"]!}"));
    }

    private static float[] Vector(string words) => FakeExtractor.Embed(Encoding.UTF8.GetBytes(words), WebSystem.Layout.Dimension);

    private float[] Vector(int picture) => FakeExtractor.Embed(_pictures[picture], WebSystem.Layout.Dimension);

    private IEnumerable<string> Ranked(float[] query, int[] without) => Enumerable.Range(0, _pictures.Length).Except(without)
        .OrderByDescending(i => query.Zip(Vector(i), (a, b) => a * b).Sum()).Select(i => Names[i]);

    private static IEnumerable<string> Found(JsonObject answer) => answer["results"]!.AsArray().Select(result => (string)result!["id"]!);
}
