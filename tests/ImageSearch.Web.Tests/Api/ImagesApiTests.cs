using System.Net;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class ImagesApiTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 64, 48);
    private static readonly ImageId Id = ImageId.Of(Picture);

    [Fact]
    public async Task List_Pages_NewestFirstUntilThereIsNoNext()
    {
        for (var i = 0; i < 5; i++)
        {
            await System.Store.AddAsync(Samples.Image(i, i % 2 == 0 ? "even" : "odd"), Token);
        }

        var first = await JsonAsync(await Http.GetAsync("/api/v1/images?limit=3", Token));
        var second = await JsonAsync(await Http.GetAsync($"/api/v1/images?limit=3&cursor={first["next"]}", Token));

        Assert.Equal(
            Enumerable.Range(0, 5).Reverse().Select(i => Samples.Id(i).ToString()),
            first["images"]!.AsArray().Concat(second["images"]!.AsArray()).Select(image => (string?)image!["id"]));
        Assert.True(second.ContainsKey("next"));
        Assert.Null(second["next"]);
        var even = await JsonAsync(await Http.GetAsync("/api/v1/images?tag=even", Token));
        Assert.Equal(3, even["images"]!.AsArray().Count);
        Assert.Equal("even", (string?)even["images"]![0]!["tags"]![0]);
    }

    [Theory]
    [InlineData("pending", "", 1)]
    [InlineData("failed", "", 1)]
    [InlineData("indexed", "", 1)]
    [InlineData("indexed", "layout", 1)]
    [InlineData("failed", "other", 0)]
    public async Task List_ByStateAndModel_JudgesTheDeclaredModels(string state, string model, int count)
    {
        await System.AddAsync(Picture, "indexed.png");
        await System.Store.AddAsync(Samples.Image(1), Token);
        await System.Store.AddAsync(Samples.Image(2), Token);
        await System.Store.PutVectorsAsync(WebSystem.Other.Key, [Samples.Vector(2)], Token);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Samples.Id(2), 1, "broken")], Token);

        var list = await JsonAsync(await Http.GetAsync($"/api/v1/images?state={state}&model={model}", Token));

        Assert.Equal(count, list["images"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=many")]
    [InlineData("state=sideways")]
    [InlineData("state=Failed")]
    [InlineData("cursor=nonsense")]
    [InlineData("model=nobody")]
    public async Task List_BadParameter_IsABadRequest(string query)
    {
        var problem = await ProblemAsync(await Http.GetAsync($"/api/v1/images?{query}", Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(query.Split('=')[0], problem["errors"]!.AsObject().Single().Key);
    }

    [Fact]
    public async Task Get_KnownPicture_HasItsRecordAndItsStateInEveryModel()
    {
        await System.AddAsync(Picture, "a.png", indexed: false, tags: "t");
        await System.Store.PutFailuresAsync(WebSystem.Other.Key, [new ExtractionFailure(Id, 3, "It does not decode.")], Token);

        var image = await JsonAsync(await Http.GetAsync($"/api/v1/images/{Id}", Token));

        Assert.Equal((Id.ToString(), "a.png", "image/png", 64, 48), ((string?)image["id"], (string?)image["source"], (string?)image["contentType"], (int)image["width"]!, (int)image["height"]!));
        var models = image["models"]!.AsArray();
        Assert.Equal(("layout", "1", "pending", 0, null), ((string?)models[0]!["model"], (string?)models[0]!["version"], (string?)models[0]!["state"], (int)models[0]!["attempts"]!, (string?)models[0]!["reason"]));
        Assert.Equal(("other", "7", "failed", 3, "It does not decode."), ((string?)models[1]!["model"], (string?)models[1]!["version"], (string?)models[1]!["state"], (int)models[1]!["attempts"]!, (string?)models[1]!["reason"]));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/content")]
    [InlineData("GET", "/thumbnail")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/retry")]
    public async Task UnknownOrMalformedId_IsAClientError(string method, string path)
    {
        using var unknown = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/images/{Id}{path}");
        using var malformed = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/images/nonsense{path}");

        await ProblemAsync(await Http.SendAsync(unknown, Token), HttpStatusCode.NotFound, "unknown-image");
        await ProblemAsync(await Http.SendAsync(malformed, Token), HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task Delete_KnownPicture_LeavesNothingBehind()
    {
        await System.AddAsync(Picture, "a.png");
        await System.Queue.PublishAsync(["layout", "other"], [new WorkItem(Id)], Token);
        using var thumbnail = await Http.GetAsync($"/api/v1/images/{Id}/thumbnail?size=100", Token);
        Assert.True(await System.Blobs.ExistsAsync(BlobKeys.Thumbnail(Id, 128), Token));

        using var response = await Http.DeleteAsync($"/api/v1/images/{Id}", Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(await System.Store.FindAsync(Id, Token));
        Assert.False(await System.Blobs.ExistsAsync(BlobKeys.Image(Id), Token));
        Assert.False(await System.Blobs.ExistsAsync(BlobKeys.Thumbnail(Id, 128), Token));
        Assert.Equal(0, (await System.Queue.CountAsync("layout", Token)).Waiting + (await System.Queue.CountAsync("other", Token)).Waiting);
        await ProblemAsync(await Http.DeleteAsync($"/api/v1/images/{Id}", Token), HttpStatusCode.NotFound, "unknown-image");
    }

    [Fact]
    public async Task Retry_OfOnePicture_PutsItsFailuresBackToWork()
    {
        await System.AddAsync(Picture, "a.png", indexed: false);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Id, 3, "broken")], Token);

        var first = await JsonAsync(await Http.PostAsync($"/api/v1/images/{Id}/retry", null, Token), HttpStatusCode.Accepted);
        var second = await JsonAsync(await Http.PostAsync($"/api/v1/images/{Id}/retry", null, Token), HttpStatusCode.Accepted);

        Assert.Equal((1, 0), ((int)first["retried"]!, (int)second["retried"]!));
        Assert.Equal((1, 0), ((await System.Queue.CountAsync("layout", Token)).Waiting, (await System.Queue.CountAsync("other", Token)).Waiting));
        Assert.Equal(ImageState.Pending, (await System.Store.FindExtractionsAsync(Id, Token)).Single().State);
    }

    [Fact]
    public async Task Retry_OfAllThatFailed_InManyPages()
    {
        for (var i = 0; i < 1203; i++)
        {
            await System.Store.AddAsync(Samples.Image(i), Token);
        }

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [.. Enumerable.Range(0, 1203).Select(i => new ExtractionFailure(Samples.Id(i), 1, "broken"))], Token);
        await System.Store.PutFailuresAsync(WebSystem.Other.Key, [new ExtractionFailure(Samples.Id(1), 1, "broken")], Token);

        var one = await JsonAsync(await Http.PostAsync("/api/v1/images/retry?state=failed&model=other", null, Token), HttpStatusCode.Accepted);
        var rest = await JsonAsync(await Http.PostAsync("/api/v1/images/retry?state=failed", null, Token), HttpStatusCode.Accepted);

        Assert.Equal((1, 1203), ((int)one["retried"]!, (int)rest["retried"]!));
        Assert.Equal(1203, (await System.Queue.CountAsync("layout", Token)).Waiting);
    }

    [Fact]
    public async Task Retry_OfWhatFailsAgainAtOnce_EndsAndCountsItOnce()
    {
        await System.AddAsync(Picture, "a.png", indexed: false);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Id, 3, "broken")], Token);
        System.ResetFailuresFailAgain = true;

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/images/retry?state=failed", null, Token), HttpStatusCode.Accepted);

        Assert.Equal(1, (int)answer["retried"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=pending")]
    [InlineData("?state=failed&model=nobody")]
    public async Task Retry_OfAllWithoutSayingFailed_IsABadRequest(string query) =>
        await ProblemAsync(await Http.PostAsync($"/api/v1/images/retry{query}", null, Token), HttpStatusCode.BadRequest, "invalid-parameters");

    [Theory]
    [InlineData("POST", "images/retry?state=failed&model=nobody", "or none, which means all.")]
    [InlineData("GET", "images?model=nobody", "or none, which means all.")]
    [InlineData("POST", "search?model=nobody", "or none, and one is chosen.")]
    public async Task UnknownModel_SaysWhatNamingNoneMeans(string method, string address, string expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{address}") { Content = method == "POST" ? Form(Picture) : null };

        var problem = await ProblemAsync(await Http.SendAsync(request, Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.EndsWith($"Name one of: layout, other; {expected}", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownAddress_IsNotFoundWithProblemDetails() =>
        await ProblemAsync(await Http.GetAsync("/api/v1/nothing", Token), HttpStatusCode.NotFound, "not-found");

    [Theory]
    [InlineData("GET", "search/batch", "POST")]
    [InlineData("DELETE", "search", "GET, POST")]
    [InlineData("PUT", "imports", "GET, POST")]
    [InlineData("PUT", "images", "GET, POST")]
    [InlineData("POST", "images/0000000000000000000000000000000000000000000000000000000000000000", "DELETE, GET")]
    public async Task WrongMethod_IsNotAllowedAndSaysWhichAre(string method, string address, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{address}");
        using var response = await Http.SendAsync(request, Token);

        await ProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }
}
