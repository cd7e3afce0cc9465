using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>What happens to pictures over their life: races, freshness, deletion. Needs no test data: the pictures are generated.</summary>
public abstract class CollectionTests(SystemFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Model = SqueezeNet.Layout;

    private Api Api => fixture.System.Api;

    public ValueTask InitializeAsync()
    {
        fixture.SkipIfMissing();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Upload_SamePicturesByTwoClientsAtOnce_AreOneImageEach()
    {
        var pictures = Pictures.Some(50, seed: 1000);

        var answers = await Task.WhenAll(Api.UploadAsync(pictures, "race"), Api.UploadAsync(pictures, "race"));

        for (var i = 0; i < pictures.Count; i++)
        {
            string?[] states = [(string?)answers[0][i]["state"], (string?)answers[1][i]["state"]];
            Assert.Equal(["accepted", "duplicate"], states.Order());
        }

        var listed = await Api.ListAsync("&tag=race");
        Assert.Equal(pictures.Select(picture => picture.Id).Order(), listed.Select(image => (string)image["id"]!).Order());
    }

    [Fact]
    public async Task Upload_OneByOne_IsSearchableWithinASecondInTheMedian()
    {
        var times = new List<double>();
        foreach (var picture in Pictures.Some(21, seed: 2000))
        {
            var started = Stopwatch.GetTimestamp();
            await Api.UploadAsync([picture]);
            await Eventually.BecomesTrue(
                async () => (await Api.SearchAsync(picture, Model, k: 1))["results"]!.AsArray() is [{ } first, ..] && (string?)first["id"] == picture.Id,
                TimeSpan.FromSeconds(30),
                what: "the picture found by itself");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"upload to searchable: median {times[times.Count / 2]:F0} ms, best {times[0]:F0} ms, worst {times[^1]:F0} ms over {times.Count} pictures");
    }

    [Fact]
    public async Task Delete_IndexedPicture_IsGoneFromSearchesAndTheRest()
    {
        var picture = Pictures.Some(1, seed: 3000)[0];
        await Api.UploadAsync([picture]);
        await FoundAsync(picture, expected: true);

        using var answer = await Api.Http.DeleteAsync($"/api/v1/images/{picture.Id}");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await FoundAsync(picture, expected: false);
        Assert.Equal(HttpStatusCode.NotFound, (await Api.Http.GetAsync($"/api/v1/images/{picture.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Api.Http.GetAsync($"/api/v1/images/{picture.Id}/content")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Api.Http.DeleteAsync($"/api/v1/images/{picture.Id}")).StatusCode);

        // The same bytes again: a new image, found again.
        Assert.Equal("accepted", (string?)(await Api.UploadAsync([picture]))[0]["state"]);
        await FoundAsync(picture, expected: true);
    }

    [Fact]
    public async Task Content_OfAnImage_IsWhatWasUploaded()
    {
        var picture = Pictures.Some(1, seed: 4000)[0];
        await Api.UploadAsync([picture]);

        Assert.Equal(picture.Content, await Api.Http.GetByteArrayAsync($"/api/v1/images/{picture.Id}/content"));
        using var thumbnail = await Api.Http.GetAsync($"/api/v1/images/{picture.Id}/thumbnail?size=128");
        Assert.Equal(HttpStatusCode.OK, thumbnail.StatusCode);
        Assert.StartsWith("image/", thumbnail.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_Folder_TakesInWhatIsThere()
    {
        var pictures = Pictures.Some(30, seed: 5000);
        var folder = Directory.CreateDirectory(Path.Combine(fixture.FolderRoot, "holiday")).FullName;
        foreach (var picture in pictures)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, picture.Name), picture.Content);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "broken.jpg"), "this is no picture");

        using var answer = await Api.Http.PostAsJsonAsync("/api/v1/imports", new { folder = "holiday", tags = new[] { "holiday" } });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (string)(await Api.JsonAsync(answer))["id"]!;
        await Eventually.BecomesTrue(async () => (bool)(await Api.GetAsync($"/api/v1/imports/{id}"))["done"]!, TimeSpan.FromSeconds(60), what: "the import done");

        var status = await Api.GetAsync($"/api/v1/imports/{id}");
        Assert.Equal(31, (int)status["total"]!);
        Assert.Equal(30, (int)status["accepted"]!);
        Assert.Equal(1, (int)status["rejected"]!);
        Assert.Contains("broken.jpg", (string)status["problems"]![0]!["source"]!, StringComparison.Ordinal);
        Assert.Equal(30, (await Api.ListAsync("&tag=holiday")).Count);
    }

    [Fact]
    public async Task Models_ListTheDeclaredTopology()
    {
        var model = (await Api.GetAsync("/api/v1/models"))["models"]!.AsArray().Single()!;

        Assert.Equal(Model, (string?)model["name"]);
        Assert.Equal([0, 1], model["shards"]!.AsArray().Select(shard => (int)shard!["shard"]!));
        Assert.All(model["shards"]!.AsArray(), shard => Assert.Equal(1, (int)shard!["replicas"]!));
    }

    private Task FoundAsync(Picture picture, bool expected) => Eventually.BecomesTrue(
        async () => (await Api.SearchAsync(picture, Model, k: 100))["results"]!.AsArray().Any(hit => (string?)hit!["id"] == picture.Id) == expected,
        TimeSpan.FromSeconds(20),
        what: expected ? "the picture found" : "the picture gone");
}
