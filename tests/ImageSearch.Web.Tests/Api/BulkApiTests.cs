using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class BulkApiTests : ApiTest
{
    [Fact]
    public async Task Delete_ManyPictures_LeavesNothingOfThem()
    {
        byte[][] pictures = [.. Enumerable.Range(0, 5).Select(i => GeneratedPicture.Png(i, 32, 32))];
        foreach (var picture in pictures)
        {
            await System.AddAsync(picture, "a.png");
        }

        await System.Queue.PublishAsync(["layout"], [.. pictures.Select(picture => new WorkItem(ImageId.Of(picture)))], Token);
        var ids = pictures[1..].Select(picture => ImageId.Of(picture).ToString()).Append(Samples.Id(9).ToString()).Append(ImageId.Of(pictures[1]).ToString());

        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/images/delete", new { ids }, Token));

        Assert.Equal((4, 1), ((int)answer["deleted"]!, (int)answer["unknown"]!));
        Assert.Equal(1, await System.Store.CountAsync(Token));
        Assert.Equal(1, (await System.Queue.CountAsync("layout", Token)).Waiting);
        Assert.False(await System.Blobs.ExistsAsync(BlobKeys.Image(ImageId.Of(pictures[1])), Token));
        Assert.True(await System.Blobs.ExistsAsync(BlobKeys.Image(ImageId.Of(pictures[0])), Token));
    }

    [Fact]
    public async Task Delete_ThousandPictures_AtOnce()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), Token, async (i, token) => await System.Store.AddAsync(Samples.Image(i), token));

        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/images/delete", new { ids = Enumerable.Range(0, 1000).Select(i => Samples.Id(i).ToString()) }, Token));

        Assert.Equal((1000, 0), ((int)answer["deleted"]!, (int)answer["unknown"]!));
        Assert.Equal(0, await System.Store.CountAsync(Token));
    }

    [Fact]
    public async Task Tags_AddedAndRemoved_AreInTheRecords()
    {
        await System.Store.AddAsync(Samples.Image(1, "old", "kept"), Token);
        await System.Store.AddAsync(Samples.Image(2, "new"), Token);

        var answer = await JsonAsync(await Http.PostAsJsonAsync(
            "/api/v1/images/tags", new { ids = new[] { 1, 2, 3 }.Select(i => Samples.Id(i).ToString()), add = new[] { " new ", "new" }, remove = new[] { "old" } }, Token));

        Assert.Equal((1, 1), ((int)answer["changed"]!, (int)answer["unknown"]!));
        Assert.Equal(["kept", "new"], (await System.Store.FindAsync(Samples.Id(1), Token))!.Tags);
        var list = await JsonAsync(await Http.GetAsync("/api/v1/images?tag=new", Token));
        Assert.Equal(2, list["images"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("delete", "{}", "ids")]
    [InlineData("delete", """{"ids":[]}""", "ids")]
    [InlineData("delete", """{"ids":["nonsense"]}""", "ids")]
    [InlineData("delete", """{"ids":[null]}""", "ids")]
    [InlineData("tags", """{"ids":["ID"]}""", "add")]
    [InlineData("tags", """{"ids":["ID"],"add":[""]}""", "add")]
    [InlineData("tags", """{"ids":["ID"],"add":[null]}""", "add")]
    [InlineData("tags", """{"ids":["ID"],"remove":["a\u0000b"]}""", "remove")]
    [InlineData("tags", """{"ids":["ID"],"add":["a"],"remove":[" a"]}""", "remove")]
    [InlineData("tags", """{"ids":["ID"],"add":["12345678901234567890123456789012345678901234567890123456789012345"]}""", "add")]
    public async Task BadParameter_IsABadRequestThatNamesIt(string path, string body, string parameter)
    {
        var problem = await ProblemAsync(await PostAsync(path, body.Replace("ID", Samples.Id(1).ToString(), StringComparison.Ordinal)), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(parameter, problem["errors"]!.AsObject().Single().Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"ids":"x"}""")]
    [InlineData("""{"ids":[1]}""")]
    [InlineData("""{"ids":[["x"]]}""")]
    [InlineData("""{"ids":[],"what":1}""")]
    [InlineData("""{"ids":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    public async Task BodyOfAnotherShape_IsAnInvalidRequest(string body)
    {
        foreach (var path in new[] { "delete", "tags" })
        {
            await ProblemAsync(await PostAsync(path, body), HttpStatusCode.BadRequest, "invalid-request");
        }
    }

    [Fact]
    public async Task TooMuch_IsRefused()
    {
        var ids = Enumerable.Range(0, 1001).Select(i => Samples.Id(i).ToString());
        await ProblemAsync(await Http.PostAsJsonAsync("/api/v1/images/delete", new { ids }, Token), HttpStatusCode.BadRequest, "invalid-parameters");
        await ProblemAsync(await Http.PostAsJsonAsync("/api/v1/images/delete", new { ids = new string('x', 300_000) }, Token), HttpStatusCode.RequestEntityTooLarge, "too-large");
        await ProblemAsync(
            await Http.PostAsJsonAsync("/api/v1/images/tags", new { ids = ids.Take(1), add = Enumerable.Range(0, 33).Select(i => $"t{i}") }, Token),
            HttpStatusCode.BadRequest, "invalid-parameters");
        await ProblemAsync(
            await Http.PostAsync("/api/v1/images/delete", new StringContent("{}", Encoding.UTF8, "text/plain"), Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        Http.PostAsync($"/api/v1/images/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Token);
}
