using System.Net;
using System.Net.Http.Json;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Searches that name no model, where the one that the weights all but always choose (<c>layout</c>) cannot answer.</summary>
public sealed class ModelFallbackTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Models:0:Weight", "1000000"), ("Models:1:Weight", "0.000001"), ("Search:AvoidFailedModelFor", "00:10:00"), ("Search:EmbedTimeout", "00:00:01"),
        ("Search:ShardTimeout", "00:00:01"), ("Http:RetryDelay", "00:00:00.010"),
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await System.AddAsync(Picture, "a.png");
        await System.AddAsync(GeneratedPicture.Png(2, 32, 32), "b.png");
    }

    [Fact]
    public async Task ExtractorFails_TheOtherModelAnswersAndTheBrokenOneIsNotAskedAgain()
    {
        System.Extractor.Fail(500);

        Assert.Equal("other", await ModelOfAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token)));
        var calls = System.Extractor.Requests.Count;
        Assert.Equal("other", await ModelOfAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token)));

        Assert.NotEqual(0, calls);
        Assert.Equal(calls, System.Extractor.Requests.Count);
    }

    [Fact]
    public async Task AllShardsFail_TheOtherModelAnswersAndNothingIsMissing()
    {
        System.Shards[0].Fail(500);
        System.Shards[1].Fail(500);

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.Equal("other", (string?)answer["model"]);
        Assert.False((bool)answer["partial"]!);
        Assert.Equal("a.png", (string?)answer["results"]![0]!["source"]);
    }

    [Fact]
    public async Task OneShardFails_TheModelAnswersInPart()
    {
        System.Shards[0].Fail(500);

        Assert.Equal("layout", await ModelOfAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token)));
    }

    [Fact]
    public async Task SearchByUrl_FetchesThePictureOnce()
    {
        System.Ingest.Pages["https://example.org/a.png"] = Picture;
        System.Extractor.Fail(500);

        Assert.Equal("other", await ModelOfAsync(await Http.PostAsJsonAsync("/api/v1/search", new { url = "https://example.org/a.png" }, Token)));

        Assert.Single(System.Ingest.Requests);
        Assert.Equal(Picture, Assert.Single(System.OtherExtractor.Bodies));
    }

    [Fact]
    public async Task SearchByImage_FallsBackToo()
    {
        System.Shards[0].Fail(500);
        System.Shards[1].Fail(500);

        Assert.Equal("other", await ModelOfAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = ImageId.Of(Picture).ToString() }, Token)));
        var page = await Http.GetStringAsync($"/?image={ImageId.Of(Picture)}&model=", Token);
        Assert.Contains("model other", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoModelWorks_TheFirstChosenSaysWhy()
    {
        System.Extractor.Fail(500);
        System.OtherShard.Fail(500);

        using var response = await Http.PostAsync("/api/v1/search", Form(Picture), Token);

        var problem = await ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "extractor-unavailable");
        Assert.Contains("'layout'", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains(System.OtherShard.Requests, request => request.StartsWith("POST /search", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NamedModelFails_NoOtherIsAsked()
    {
        System.Extractor.Fail(500);

        await ProblemAsync(await Http.PostAsync("/api/v1/search?model=layout", Form(Picture), Token), HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.Empty(System.OtherExtractor.Requests);
    }

    [Fact]
    public async Task PictureIsRefused_NoOtherIsAsked()
    {
        System.Extractor.Intercept = context => Results.Problem("It does not decode.", statusCode: 422, type: "urn:imagesearch:not-decodable").ExecuteAsync(context);

        await ProblemAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token), HttpStatusCode.UnprocessableEntity, "not-decodable");

        Assert.Empty(System.OtherExtractor.Requests);
    }

    private static async Task<string?> ModelOfAsync(HttpResponseMessage response) => (string?)(await JsonAsync(response))["model"];
}
