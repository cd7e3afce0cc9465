using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>Rubbish through the public API: a clear 4xx or a failed state with its reason, and everything still up afterwards.</summary>
public abstract class BadInputTests(SystemFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Model = SqueezeNet.Layout;

    private Api Api => fixture.System.Api;

    public ValueTask InitializeAsync()
    {
        fixture.SkipIfMissing();
        return ValueTask.CompletedTask;
    }

    /// <summary>After every single case the system takes in a picture and finds it.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (fixture.IsMissing)
        {
            return; // skipped
        }

        Assert.Equal(HttpStatusCode.OK, (await Api.Http.GetAsync("/health")).StatusCode);
        var picture = Pictures.Some(1, seed: Guid.NewGuid().GetHashCode() & 0xffffff)[0];
        await Api.UploadAsync([picture]);
        await Eventually.BecomesTrue(async () => (await Api.StateAsync(picture.Id, Model)).State == "indexed", TimeSpan.FromSeconds(20), what: "a good picture indexed after the bad one");
    }

    [Theory]
    [InlineData("empty.jpg", "empty")]
    [InlineData("text.jpg", "JPEG")]
    [InlineData("giant.png", "pixel")]
    [InlineData("large.jpg", "25")]
    [InlineData("picture.svg", "JPEG")]
    [InlineData("garbage.jpg", "")]
    public async Task Upload_WhatIsNoPicture_IsRejectedWithItsReason(string name, string word)
    {
        using var answer = await Api.PostImagesAsync([BadPictures.Named(name)]);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{(int)answer.StatusCode} {text}");
        Assert.Contains(word, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("urn:imagesearch:", (string?)(await Api.JsonAsync(answer))["type"], StringComparison.Ordinal);
        AssertNoInternals(text);
    }

    [Fact]
    public async Task Upload_BadAmongGood_RejectsTheBadOnly()
    {
        var good = Pictures.Some(2, seed: 7000);

        var answers = await Api.UploadAsync([good[0], BadPictures.Named("text.jpg"), good[1]]);

        Assert.Equal(["accepted", "rejected", "accepted"], answers.Select(answer => (string?)answer["state"]));
        Assert.NotEmpty((string)answers[1]["reason"]!);
    }

    [Fact]
    public async Task Upload_TruncatedJpeg_FailsWithItsReasonAndCanBeRetried()
    {
        var picture = BadPictures.Named("truncated.jpg");
        Assert.Equal("accepted", (string?)(await Api.UploadAsync([picture]))[0]["state"]);

        await Eventually.BecomesTrue(async () => (await Api.StateAsync(picture.Id, Model)).State == "failed", TimeSpan.FromSeconds(20), what: "the truncated picture failed");
        var (_, reason, attempts) = await Api.StateAsync(picture.Id, Model);
        output.WriteLine($"after {attempts} attempts: {reason}");
        Assert.NotEmpty(reason!);
        AssertNoInternals(reason!);
        Assert.Contains(await Api.ListAsync("&state=failed"), image => (string?)image["id"] == picture.Id);

        using var retry = await Api.Http.PostAsync($"/api/v1/images/{picture.Id}/retry", null);
        Assert.True(retry.IsSuccessStatusCode);
        await Eventually.BecomesTrue(async () => (await Api.StateAsync(picture.Id, Model)).State == "failed", TimeSpan.FromSeconds(20), what: "failed again");
    }

    [Theory]
    [InlineData("still.gif")]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    [InlineData("one-pixel.png")]
    [InlineData("cmyk.jpg")]
    [InlineData("grey16.png")]
    [InlineData("alpha.png")]
    [InlineData("rotated.jpg")]
    public async Task Upload_UnusualPicture_IsIndexedAndFound(string name)
    {
        var picture = BadPictures.Named(name);
        var state = (string?)(await Api.UploadAsync([picture]))[0]["state"];
        Assert.True(state is "accepted" or "duplicate", state);

        await Eventually.BecomesTrue(async () => (await Api.StateAsync(picture.Id, Model)).State != "pending", TimeSpan.FromSeconds(20), what: "the picture settled");
        var (indexed, reason, _) = await Api.StateAsync(picture.Id, Model);
        Assert.True(indexed == "indexed", reason);
        await Eventually.BecomesTrue(
            async () => (await Api.SearchAsync(picture, Model, k: 1))["results"]!.AsArray() is [{ } first, ..] && (double)first["score"]! > 0.999,
            TimeSpan.FromSeconds(20),
            what: "the picture found");
    }

    [Theory]
    [InlineData("http://127.0.0.1:{port}/picture.png")]
    [InlineData("http://localhost:{port}/picture.png")]
    [InlineData("http://[::1]:{port}/picture.png")]
    [InlineData("http://0x7f000001:{port}/picture.png")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://10.0.0.1/picture.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/picture.png")]
    public async Task Import_UrlToAPrivateAddress_IsRefused(string url)
    {
        await using var server = await PictureServer.StartAsync();
        url = url.Replace("{port}", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

        using var answer = await Api.Http.PostAsJsonAsync("/api/v1/imports", new { urls = new[] { url } });

        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            var id = (string)(await Api.JsonAsync(answer))["id"]!;
            await Eventually.BecomesTrue(async () => (bool)(await Api.GetAsync($"/api/v1/imports/{id}"))["done"]!, TimeSpan.FromSeconds(30), what: "the import done");
            var status = await Api.GetAsync($"/api/v1/imports/{id}");
            output.WriteLine(status.ToJsonString());
            Assert.Equal(1, (int)status["rejected"]!);
            Assert.NotEmpty((string)status["problems"]![0]!["reason"]!);
        }
        else
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(0, server.Requests);

        using var search = await Api.Http.PostAsJsonAsync("/api/v1/search", new { url });
        Assert.InRange((int)search.StatusCode, 400, 499);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task Import_FolderOutsideTheRoot_IsRefused()
    {
        File.WriteAllBytes(Path.Combine(fixture.OutsideRoot, "secret.png"), Pictures.Some(1, seed: 8000)[0].Content);
        var link = Path.Combine(fixture.FolderRoot, "link");
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, fixture.OutsideRoot);
        }

        foreach (var folder in new[] { fixture.OutsideRoot, "/etc", "..", "../outside", "holiday/../../outside", link, "link", "no-such-folder", "", "a\0b" })
        {
            using var answer = await Api.Http.PostAsJsonAsync("/api/v1/imports", new { folder });
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"'{folder}': {(int)answer.StatusCode} {text}");
            AssertNoInternals(text);
        }

        // A file inside the root that links out of it.
        var inside = Directory.CreateDirectory(Path.Combine(fixture.FolderRoot, "inside")).FullName;
        if (!File.Exists(Path.Combine(inside, "out.png")))
        {
            File.CreateSymbolicLink(Path.Combine(inside, "out.png"), Path.Combine(fixture.OutsideRoot, "secret.png"));
        }

        using var accepted = await Api.Http.PostAsJsonAsync("/api/v1/imports", new { folder = "inside" });
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = (string)(await Api.JsonAsync(accepted))["id"]!;
        await Eventually.BecomesTrue(async () => (bool)(await Api.GetAsync($"/api/v1/imports/{id}"))["done"]!, TimeSpan.FromSeconds(30), what: "the import done");
        Assert.Equal(0, (int)(await Api.GetAsync($"/api/v1/imports/{id}"))["accepted"]!);
    }

    [Theory]
    [InlineData("?k=0")]
    [InlineData("?k=1000")]
    [InlineData("?k=ten")]
    [InlineData("?k=-1")]
    [InlineData("?model=no-such-model")]
    [InlineData("?crop=0,0,2,2")]
    [InlineData("?crop=-0.1,0,0.5,0.5")]
    [InlineData("?crop=0.5,0.5,0.6,0.6")]
    [InlineData("?crop=0,0,0,0")]
    [InlineData("?crop=NaN,0,1,1")]
    [InlineData("?crop=1,2,3")]
    [InlineData("?minScore=abc")]
    public async Task Search_BadParameter_IsAClientErrorThatSaysWhat(string query)
    {
        using var answer = await Api.PostSearchAsync(Pictures.Some(1, seed: 1)[0], query);

        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{(int)answer.StatusCode} {text}");
        Assert.InRange((int)answer.StatusCode, 400, 404);
        Assert.Contains(query[1..query.IndexOf('=', StringComparison.Ordinal)], text, StringComparison.OrdinalIgnoreCase);
        AssertNoInternals(text);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"imageId":"xyz"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"imageId":"0000000000000000000000000000000000000000000000000000000000000000"}""", HttpStatusCode.NotFound)]
    public async Task Search_BadJson_IsAClientError(string json, HttpStatusCode expected)
    {
        using var answer = await Api.Http.PostAsync("/api/v1/search", new StringContent(json, Encoding.UTF8, "application/json"));

        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{(int)answer.StatusCode} {text}");
        Assert.Equal(expected, answer.StatusCode);
        AssertNoInternals(text);
    }

    [Theory]
    [InlineData("empty.jpg")]
    [InlineData("text.jpg")]
    [InlineData("giant.png")]
    [InlineData("large.jpg")]
    [InlineData("truncated.jpg")]
    public async Task Search_WithWhatIsNoPicture_IsAClientError(string name)
    {
        using var answer = await Api.PostSearchAsync(BadPictures.Named(name), "");

        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{(int)answer.StatusCode} {text}");
        Assert.InRange((int)answer.StatusCode, 400, 499);
        AssertNoInternals(text);
    }

    [Theory]
    [InlineData("GET", "/api/v1/images/0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/images/nonsense", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/api/v1/images/0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/imports/nonsense", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/images?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/v1/images?state=sideways", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/v1/images?cursor=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound)]
    public async Task Request_ForWhatIsNotThere_IsAClientErrorWithProblemDetails(string method, string path, HttpStatusCode expected)
    {
        using var answer = await Api.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{(int)answer.StatusCode} {text}");
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        AssertNoInternals(text);
    }

    private void AssertNoInternals(string text)
    {
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.System.DataDirectory, text, StringComparison.Ordinal);
        Assert.DoesNotContain(AppContext.BaseDirectory, text, StringComparison.Ordinal);
    }
}
