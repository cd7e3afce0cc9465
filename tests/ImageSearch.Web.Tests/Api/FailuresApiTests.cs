using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class FailuresApiTests : ApiTest
{
    [Fact]
    public async Task List_WhatFailed_WithItsReasons()
    {
        await FailAsync(1, WebSystem.Layout.Key, "broken");
        await FailAsync(2, WebSystem.Layout.Key, "broken");
        await FailAsync(2, WebSystem.Other.Key, "too large");
        await FailAsync(3, new ModelKey("undeclared", "1"), "broken");

        var list = await ListAsync();

        Assert.Equal(3, list["failures"]!.AsArray().Count);
        Assert.Null(list["next"]);
        Assert.Equal([("broken", 2), ("too large", 1)], list["reasons"]!.AsArray().Select(reason => ((string)reason!["reason"]!, (int)reason["count"]!)));
        var failure = list["failures"]!.AsArray().Single(entry => (string?)entry!["model"] == "other")!;
        Assert.Equal(
            (Samples.Id(2).ToString(), "7", 3, "too large", "picture-2.jpg", $"/api/v1/images/{Samples.Id(2)}/thumbnail?size=256"),
            ((string?)failure["id"], (string?)failure["version"], (int)failure["attempts"]!, (string?)failure["reason"], (string?)failure["source"], (string?)failure["thumbnail"]));
        Assert.NotNull(failure["at"]);
    }

    [Fact]
    public async Task List_FilteredAndPaged_EachOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(i, WebSystem.Layout.Key, i == 0 ? "other reason" : "broken & <b>");
            await FailAsync(i, WebSystem.Other.Key, "broken & <b>");
        }

        var first = await ListAsync("model=layout&limit=3&reason=broken%20%26%20%3Cb%3E");
        var second = await ListAsync($"model=layout&limit=3&reason=broken%20%26%20%3Cb%3E&cursor={first["next"]}");

        Assert.Equal(
            Enumerable.Range(1, 4).Select(i => Samples.Id(i).ToString()).Order(),
            first["failures"]!.AsArray().Concat(second["failures"]!.AsArray()).Select(failure => (string)failure!["id"]!).Order());
        Assert.Null(second["next"]);
        Assert.Equal(2, first["reasons"]!.AsArray().Count);
        Assert.Empty((await ListAsync("reason=nobody%20has%20it"))["failures"]!.AsArray());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("model=nobody", "model")]
    [InlineData("cursor=nonsense", "cursor")]
    public async Task List_BadParameter_IsABadRequest(string query, string parameter)
    {
        var problem = await ProblemAsync(await Http.GetAsync($"/api/v1/failures?{query}", Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(parameter, problem["errors"]!.AsObject().Single().Key);
    }

    [Fact]
    public async Task Retry_OfPictures_PutsThoseBackToWork()
    {
        foreach (var i in new[] { 1, 2, 3 })
        {
            await FailAsync(i, WebSystem.Layout.Key, "broken");
            await FailAsync(i, WebSystem.Other.Key, "broken");
        }

        var one = await RetryAsync(new { ids = new[] { Samples.Id(1).ToString(), Samples.Id(2).ToString() }, model = "layout" });
        var rest = await RetryAsync(new { });

        Assert.Equal((2, 4), (one, rest));
        Assert.Equal((3, 3), ((await System.Queue.CountAsync("layout", Token)).Waiting, (await System.Queue.CountAsync("other", Token)).Waiting));
        Assert.Empty((await ListAsync())["failures"]!.AsArray());
    }

    [Fact]
    public async Task Retry_OfAReason_LeavesTheOthers()
    {
        await FailAsync(1, WebSystem.Layout.Key, "broken");
        await FailAsync(2, WebSystem.Layout.Key, "too large");

        Assert.Equal(1, await RetryAsync(new { reason = "broken" }));

        Assert.Equal("too large", (string?)(await ListAsync())["failures"]!.AsArray().Single()!["reason"]);
    }

    [Fact]
    public async Task Discard_OfAReason_DeletesThosePicturesInEveryModel()
    {
        var picture = GeneratedPicture.Png(1, 32, 32);
        await System.AddAsync(picture, "kept.png");
        for (var i = 0; i < 1100; i++)
        {
            await System.Store.AddAsync(Samples.Image(i), Token);
        }

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [.. Enumerable.Range(0, 1100).Select(i => new ExtractionFailure(Samples.Id(i), 1, i == 0 ? "other" : "broken"))], Token);
        await System.Store.PutVectorsAsync(WebSystem.Other.Key, [Samples.Vector(1)], Token);

        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/failures/discard", new { reason = "broken", model = "layout" }, Token));

        Assert.Equal(1099, (int)answer["discarded"]!);
        Assert.Equal(2, await System.Store.CountAsync(Token));
        Assert.Null(await System.Store.FindVectorAsync(WebSystem.Other.Key, Samples.Id(1), Token));
        Assert.Equal("other", (string?)(await ListAsync())["failures"]!.AsArray().Single()!["reason"]);
    }

    [Fact]
    public async Task Discard_OfPicturesThatHaveNotFailed_LeavesThem()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await FailAsync(2, WebSystem.Layout.Key, "broken");

        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/failures/discard", new { ids = new[] { Samples.Id(1).ToString(), Samples.Id(2).ToString() } }, Token));

        Assert.Equal(1, (int)answer["discarded"]!);
        Assert.NotNull(await System.Store.FindAsync(Samples.Id(1), Token));
    }

    [Theory]
    [InlineData("""{"ids":[]}""")]
    [InlineData("""{"ids":["x"]}""")]
    [InlineData("""{"model":"nobody"}""")]
    public async Task Discard_BadRequest_DiscardsNothing(string body)
    {
        await FailAsync(1, WebSystem.Layout.Key, "broken");

        foreach (var verb in new[] { "discard", "retry" })
        {
            using var content = new StringContent(body, global::System.Text.Encoding.UTF8, "application/json");
            await ProblemAsync(await Http.PostAsync($"/api/v1/failures/{verb}", content, Token), HttpStatusCode.BadRequest, "invalid-parameters");
        }

        Assert.Equal(1, await System.Store.CountAsync(Token));
    }

    private async Task FailAsync(int number, ModelKey model, string reason)
    {
        await System.Store.AddAsync(Samples.Image(number), Token);
        await System.Store.PutFailuresAsync(model, [new ExtractionFailure(Samples.Id(number), 3, reason)], Token);
    }

    private async Task<JsonObject> ListAsync(string query = "") => await JsonAsync(await Http.GetAsync($"/api/v1/failures?{query}", Token));

    private async Task<int> RetryAsync(object request) =>
        (int)(await JsonAsync(await Http.PostAsJsonAsync("/api/v1/failures/retry", request, Token), HttpStatusCode.Accepted))["retried"]!;
}
