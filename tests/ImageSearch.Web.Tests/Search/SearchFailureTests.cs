using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchFailureTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    protected override (string Key, string? Value)[] Settings =>
        [("Search:ShardTimeout", "00:00:01"), ("Search:EmbedTimeout", "00:00:01"), ("Http:RetryDelay", "00:00:00.010")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var seed = 0; seed < 8; seed++)
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 32, 32), $"picture {seed}.png");
        }
    }

    [Fact]
    public async Task ShardFails_TheAnswerIsPartialAndSaysWhichAndWhy()
    {
        System.Shards[1].Fail(500);

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.True((bool)answer["partial"]!);
        Assert.Equal(System.Shards[0].Vectors.Count, answer["results"]!.AsArray().Count);
        Assert.Null(answer["shards"]![0]!["error"]);
        Assert.Equal("answered with status 500", (string?)answer["shards"]![1]!["error"]);
        Assert.Null(answer["shards"]![1]!["count"]);
    }

    [Fact]
    public async Task StoreIsAway_SearchesAreAnsweredFromMemory()
    {
        var before = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));
        Assert.Null(before["undescribed"]);
        System.StoreIsAway = true;

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.True((bool)answer["undescribed"]!);
        Assert.False((bool)answer["partial"]!);
        Assert.Equal(before["results"]!.ToJsonString(), answer["results"]!.ToJsonString());
    }

    [Fact]
    public async Task StoreIsAwayFromTheStart_ResultsHaveNoSource()
    {
        System.StoreIsAway = true;

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.Equal(8, answer["results"]!.AsArray().Count);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal("", (string?)result!["source"]));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK, "Drop a picture here")]
    [InlineData("/collection", HttpStatusCode.ServiceUnavailable, "cannot be read right now")]
    [InlineData("/image/0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.ServiceUnavailable, "cannot be read right now")]
    [InlineData("/?image=0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.ServiceUnavailable, "cannot be read right now")]
    public async Task StoreIsAway_PagesAreShownAndSayIt(string path, HttpStatusCode status, string expected)
    {
        System.StoreIsAway = true;

        using var response = await Http.GetAsync(path, Token);

        Assert.Equal(status, response.StatusCode);
        var page = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.DoesNotContain("db.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("is empty", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreIsAway_WhatNeedsItIsUnavailable()
    {
        System.StoreIsAway = true;

        var response = await Http.GetAsync($"/api/v1/images/{Samples.Id(1)}", Token);

        var problem = await ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "backend-unavailable");
        Assert.DoesNotContain("db.example", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
        System.StoreIsAway = false;
        await ProblemAsync(await Http.GetAsync($"/api/v1/images/{Samples.Id(1)}", Token), HttpStatusCode.NotFound, "unknown-image");
    }

    [Fact]
    public async Task ShardHangs_TheAnswerComesWithinTheDeadline()
    {
        System.Shards[0].Hang();
        var start = Stopwatch.GetTimestamp();

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.Equal("did not answer within 1 s", (string?)answer["shards"]![0]!["error"]);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task ShardIsGone_TheAnswerIsPartial()
    {
        await System.Shards[1].DisposeAsync();

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.Equal("cannot be reached", (string?)answer["shards"]![1]!["error"]);
    }

    [Fact]
    public async Task ShardOfAnotherVersion_IsNotMixedIn()
    {
        System.Shards[1].Intercept = context => context.Response.WriteAsJsonAsync(new ShardSearchResponse(1, "2", 1, null, 1, [[new ShardHit(Samples.Id(1), 1)]]));

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token));

        Assert.Equal("gave an answer that cannot be read", (string?)answer["shards"]![1]!["error"]);
    }

    [Fact]
    public async Task ShardThatAnswersTheSecondTime_IsAskedAgain()
    {
        var calls = 0;
        System.Shards[1].Intercept = context =>
        {
            context.Response.StatusCode = 503;
            if (Interlocked.Increment(ref calls) == 1)
            {
                System.Shards[1].Intercept = null;
            }

            return Task.CompletedTask;
        };

        Assert.False((bool)(await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token)))["partial"]!);
    }

    [Fact]
    public async Task AllShardsFail_IsUnavailable()
    {
        System.Shards[0].Fail(500);
        System.Shards[1].Fail(500);

        using var response = await Http.PostAsync("/api/v1/search", Form(Picture), Token);

        var problem = await ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "index-unavailable");
        Assert.Contains("'layout'", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task ExtractorFails_IsUnavailableAndNamesTheModel()
    {
        System.OtherExtractor.Fail(500);

        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search?model=other", Form(Picture), Token), HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.StartsWith("The model 'other' cannot embed pictures now: its extractor answered with status 500.", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractorHangs_IsUnavailableAfterTheDeadline()
    {
        System.Extractor.Hang();

        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture), Token), HttpStatusCode.ServiceUnavailable, "extractor-unavailable");

        Assert.Contains("did not answer within 1 s", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExtractorIsGone_SearchesByStoredVectorsStillWork()
    {
        await System.Extractor.DisposeAsync();

        await ProblemAsync(await Http.PostAsync("/api/v1/search", Form(Picture), Token), HttpStatusCode.ServiceUnavailable, "extractor-unavailable");
        await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = ImageId.Of(Picture).ToString() }, Token));
    }

    [Fact]
    public async Task ExtractorRefusesThePicture_ItsReasonIsPassedOn()
    {
        System.Extractor.Intercept = context => Results.Problem(
            "The picture does not decode: save it again as JPEG or PNG.", statusCode: 422, type: "urn:imagesearch:not-decodable").ExecuteAsync(context);

        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture), Token), HttpStatusCode.UnprocessableEntity, "not-decodable");

        Assert.Equal("The picture does not decode: save it again as JPEG or PNG.", (string?)problem["detail"]);
    }

    [Fact]
    public async Task IngestIsGone_SearchByUrlIsUnavailable()
    {
        await System.Ingest.DisposeAsync();

        await ProblemAsync(
            await Http.PostAsJsonAsync("/api/v1/search", new { url = "https://example.org/a.png" }, Token), HttpStatusCode.ServiceUnavailable, "ingest-unavailable");
    }
}
