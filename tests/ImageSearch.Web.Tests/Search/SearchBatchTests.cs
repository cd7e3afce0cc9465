using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchBatchTests : ApiTest
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 12).Select(seed => GeneratedPicture.Png(seed, 48, 32))];

    protected override (string Key, string? Value)[] Settings => [("Search:MaximumBatchBytes", "100000")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var picture in _pictures)
        {
            await System.AddAsync(picture, "picture.png");
        }
    }

    [Fact]
    public async Task Batch_OfFiles_AnswersEachInOrderWithOneCallToEachShard()
    {
        var batch = await JsonAsync(await Http.PostAsync("/api/v1/search/batch?k=3", Files([.. _pictures]), Token));

        var answers = batch["answers"]!.AsArray();
        Assert.Equal(_pictures.Select(picture => ImageId.Of(picture).ToString()), answers.Select(answer => (string?)answer!["results"]![0]!["id"]));
        Assert.All(answers, answer => Assert.Equal((3, "layout"), (answer!["results"]!.AsArray().Count, (string?)answer["model"])));
        Assert.Equal(["POST /search?k=4"], System.Shards[0].Requests);
        Assert.Equal(["POST /search?k=4"], System.Shards[1].Requests);
        Assert.True((double)batch["tookMs"]!["total"]! > 0);
    }

    [Fact]
    public async Task Batch_EachAnswer_IsThatOfASearchOfItsOwn()
    {
        var batch = await JsonAsync(await Http.PostAsync("/api/v1/search/batch?k=5&tag=none&model=layout", Files(_pictures[3], _pictures[7]), Token));
        var single = await JsonAsync(await Http.PostAsync("/api/v1/search?k=5&tag=none&model=layout", Form(_pictures[7]), Token));
        var all = await JsonAsync(await Http.PostAsync("/api/v1/search/batch?k=5", Files(_pictures[3], _pictures[7]), Token));
        var one = await JsonAsync(await Http.PostAsync("/api/v1/search?k=5", Form(_pictures[7]), Token));

        Assert.Equal(single["results"]!.ToJsonString(), batch["answers"]![1]!["results"]!.ToJsonString());
        Assert.Equal(one["results"]!.ToJsonString(), all["answers"]![1]!["results"]!.ToJsonString());
        Assert.Equal((string?)one["next"], (string?)all["answers"]![1]!["next"]);
        Assert.Equal(Keys(one), Keys(all["answers"]![1]!));
    }

    [Fact]
    public async Task Batch_OfUrlsAndIds_AnswersEachAndTellsWhichCannotBe()
    {
        System.Ingest.Pages["https://example.org/a.png"] = _pictures[5];
        object[] queries =
        [
            new { imageId = ImageId.Of(_pictures[1]).ToString() },
            new { imageId = Samples.Id(1).ToString() },
            new { url = "https://example.org/a.png" },
            new { url = "https://example.org/gone.png" },
        ];

        var batch = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search/batch", new { queries, k = 1 }, Token));

        var answers = batch["answers"]!.AsArray();
        Assert.Equal(ImageId.Of(_pictures[1]).ToString(), (string?)answers[0]!["results"]![0]!["id"]);
        Assert.Equal(("urn:imagesearch:unknown-image", 404, "Not Found"), Error(answers[1]!));
        Assert.Equal(ImageId.Of(_pictures[5]).ToString(), (string?)answers[2]!["results"]![0]!["id"]);
        Assert.Equal("urn:imagesearch:fetch-failed", Error(answers[3]!).Type);
    }

    [Fact]
    public async Task Batch_ModelWithoutWeightIsAway_IsUnavailable()
    {
        System.Extractor.Fail(500);

        await ProblemAsync(await Http.PostAsync("/api/v1/search/batch", Files(_pictures[0], _pictures[1]), Token), HttpStatusCode.ServiceUnavailable, "extractor-unavailable");
    }

    [Fact]
    public async Task Batch_OneShardIsAway_AllAnswersArePartial()
    {
        System.Shards[1].Fail(500);

        var batch = await JsonAsync(await Http.PostAsync("/api/v1/search/batch", Files(_pictures[0], _pictures[1]), Token));

        Assert.All(batch["answers"]!.AsArray(), answer => Assert.True((bool)answer!["partial"]!));
    }

    [Fact]
    public async Task Batch_MorePicturesThanItMayHave_IsABadRequest()
    {
        await ProblemAsync(await Http.PostAsync("/api/v1/search/batch", Files([.. Enumerable.Repeat(new byte[10], 33)]), Token), HttpStatusCode.BadRequest, "invalid-request");
        var queries = Enumerable.Repeat(new { imageId = Samples.Id(1).ToString() }, 33);
        await ProblemAsync(await Http.PostAsJsonAsync("/api/v1/search/batch", new { queries }, Token), HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task Batch_MoreBytesThanItMayHave_IsTooLarge()
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search/batch", Files(new byte[60_000], new byte[60_000]), Token), HttpStatusCode.RequestEntityTooLarge, "too-large");

        Assert.Contains("together", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "queries")]
    [InlineData("""{"queries":[]}""", "queries")]
    [InlineData("""{"queries":3}""", "queries")]
    [InlineData("""{"queries":[3]}""", "queries[0]")]
    [InlineData("""{"queries":[{}]}""", "queries[0]")]
    [InlineData("""{"queries":[{"url":"https://example.org/","k":3}]}""", "queries[0].k")]
    [InlineData("""{"queries":[{"url":"https://example.org/"},{"imageId":"x"}]}""", "queries[1].imageId")]
    [InlineData("""{"queries":[{"url":"ftp://example.org/"}]}""", "queries[0].url")]
    [InlineData("""{"queries":[{"url":"https://example.org/"}],"k":0}""", "k")]
    [InlineData("""{"queries":[{"url":"https://example.org/"}],"cursor":"x"}""", "cursor")]
    public async Task Batch_BadJson_IsABadRequestThatNamesIt(string json, string name)
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search/batch", new StringContent(json, null, "application/json"), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(name, Assert.Single(problem["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    public async Task Batch_NoObject_IsABadRequest(string json, HttpStatusCode status) => await ProblemAsync(
        await Http.PostAsync("/api/v1/search/batch", new StringContent(json, null, "application/json"), Token), status, "invalid-request");

    [Fact]
    public async Task Batch_WithoutPictures_IsABadRequest()
    {
        using var form = new MultipartFormDataContent { { new StringContent("3"), "k" } };

        await ProblemAsync(await Http.PostAsync("/api/v1/search/batch", form, Token), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Batch_OtherContent_IsUnsupported() => await ProblemAsync(
        await Http.PostAsync("/api/v1/search/batch", new StringContent("x"), Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    private static (string? Type, int? Status, string? Title) Error(JsonNode answer)
    {
        Assert.NotEmpty((string)answer["error"]!["detail"]!);
        Assert.Null(answer["results"]);
        return ((string?)answer["error"]!["type"], (int?)answer["error"]!["status"], (string?)answer["error"]!["title"]);
    }

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(member => member.Key);
}
