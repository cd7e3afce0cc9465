using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchApiTests : ApiTest
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 12).Select(seed => GeneratedPicture.Png(seed, 48, 32))];

    /// <summary>Sixty at once are a burst, however slow the machine is.</summary>
    protected override (string Key, string? Value)[] Settings => [("Overload:LongestWait", "00:01:00")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", tags: i % 3 == 0 ? ["third"] : []);
        }
    }

    [Fact]
    public async Task Search_ByFile_RanksTheSamePictureFirstAndTellsTheTimes()
    {
        using var response = await Http.PostAsync("/api/v1/search?k=5", Form(_pictures[4]), Token);

        var answer = await JsonAsync(response);
        Assert.Equal(("layout", "1", false), ((string?)answer["model"], (string?)answer["version"], (bool)answer["partial"]!));
        var results = answer["results"]!.AsArray();
        Assert.Equal(5, results.Count);
        Assert.Equal(ImageId.Of(_pictures[4]).ToString(), (string?)results[0]!["id"]);
        Assert.Equal(1.0, (double)results[0]!["score"]!, 5);
        Assert.Equal("picture 4.png", (string?)results[0]!["source"]);
        Assert.Equal("label of picture 4.png", (string?)results[0]!["labels"]![0]!["name"]);
        Assert.Equal($"/api/v1/images/{ImageId.Of(_pictures[4])}/thumbnail?size=256", (string?)results[0]!["thumbnail"]);
        var scores = results.Select(result => (double)result!["score"]!).ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(results, result => Assert.Matches(@"^-?\d(\.\d{1,6})?$", result!["score"]!.ToJsonString()));
        Assert.Equal([0, 1], answer["shards"]!.AsArray().Select(shard => (int)shard!["shard"]!));
        Assert.Equal(_pictures.Length, answer["shards"]!.AsArray().Sum(shard => (int)shard!["count"]!));
        Assert.All(answer["shards"]!.AsArray(), shard => Assert.Null(shard!["error"]));
        Assert.Equal((1.25, 3.5), ((double)answer["tookMs"]!["decode"]!, (double)answer["tookMs"]!["embed"]!));
        var timing = Assert.Single(response.Headers.GetValues("Server-Timing"));
        Assert.StartsWith("decode;dur=1.25, embed;dur=3.5, search;dur=", timing, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"total;dur={(double)answer["tookMs"]!["total"]!}"), timing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByFile_SendsTheBytesAndTheCropToTheExtractor()
    {
        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(_pictures[0], ("crop", "0.25,0,0.5,1")), Token));

        Assert.Equal(_pictures[0], Assert.Single(System.Extractor.Bodies));
        Assert.Equal("POST /embed?crop=0.25%2C0%2C0.5%2C1", Assert.Single(System.Extractor.Requests));
    }

    [Fact]
    public async Task Search_WithoutK_ReturnsTen() =>
        Assert.Equal(10, (await JsonAsync(await Http.PostAsync("/api/v1/search", Form(_pictures[0]), Token)))["results"]!.AsArray().Count);

    [Theory]
    [InlineData("query")]
    [InlineData("form")]
    [InlineData("json")]
    public async Task Search_Parameters_AreTakenFromQueryFormAndJson(string place)
    {
        var id = ImageId.Of(_pictures[0]);
        using var response = place switch
        {
            "query" => await Http.PostAsync("/api/v1/search?k=2&model=other&minScore=0.1&tag=third&ef=200", Form(_pictures[0]), Token),
            "form" => await Http.PostAsync("/api/v1/search?k=7", Form(_pictures[0], ("k", "2"), ("model", "other"), ("minScore", "0.1"), ("tag", "third"), ("ef", "200")), Token),
            _ => await Http.PostAsJsonAsync("/api/v1/search?k=7", new { imageId = id.ToString(), k = 2, model = "other", minScore = 0.1, tag = "third", ef = 200 }, Token),
        };

        var answer = await JsonAsync(response);
        Assert.Equal(("other", "7"), ((string?)answer["model"], (string?)answer["version"]));
        Assert.Equal(2, answer["results"]!.AsArray().Count);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal("third", (string?)Assert.Single(result!["tags"]!.AsArray())));
        Assert.Null(answer["results"]![0]!["labels"]);
        Assert.Equal("POST /search?k=3&tag=third&minScore=0.099999&ef=200", Assert.Single(System.OtherShard.Requests));
    }

    [Fact]
    public async Task Search_ByImageId_UsesTheStoredVector()
    {
        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = ImageId.Of(_pictures[3]).ToString() }, Token));

        Assert.Equal(ImageId.Of(_pictures[3]).ToString(), (string?)answer["results"]![0]!["id"]);
        Assert.Equal("label of picture 3.png", (string?)answer["labels"]![0]!["name"]);
        Assert.Empty(System.Extractor.Requests);
    }

    [Fact]
    public async Task Search_ByImageIdWithCrop_EmbedsItsBytes()
    {
        await JsonAsync(await Http.PostAsJsonAsync(
            "/api/v1/search", new { imageId = ImageId.Of(_pictures[3]).ToString(), crop = new[] { 0, 0, 0.5, 0.5 } }, Token));

        Assert.Equal(_pictures[3], Assert.Single(System.Extractor.Bodies));
        Assert.Equal("POST /embed?crop=0%2C0%2C0.5%2C0.5", Assert.Single(System.Extractor.Requests));
    }

    [Fact]
    public async Task Search_ByImageIdThatIsNotIndexedYet_EmbedsItsBytes()
    {
        var fresh = GeneratedPicture.Png(100, 48, 32);
        await System.AddAsync(fresh, "fresh.png", indexed: false);

        await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { imageId = ImageId.Of(fresh).ToString() }, Token));

        Assert.Equal(fresh, Assert.Single(System.Extractor.Bodies));
    }

    [Fact]
    public async Task Search_ByUrl_EmbedsWhatIngestFetched()
    {
        System.Ingest.Pages["https://example.org/a.png"] = _pictures[5];

        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { url = "https://example.org/a.png", k = 1 }, Token));

        Assert.Equal(ImageId.Of(_pictures[5]).ToString(), (string?)answer["results"]![0]!["id"]);
    }

    [Fact]
    public async Task Search_ResultWithoutRecord_IsDropped()
    {
        await System.Store.DeleteAsync(ImageId.Of(_pictures[4]), Token);

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search?k=12", Form(_pictures[4]), Token));

        Assert.Equal(11, answer["results"]!.AsArray().Count);
        Assert.DoesNotContain(ImageId.Of(_pictures[4]).ToString(), answer["results"]!.AsArray().Select(result => (string?)result!["id"]));
    }

    [Fact]
    public async Task Search_AcceptHtml_IsTheFragmentWithEncodedText()
    {
        var hostile = GeneratedPicture.Png(200, 48, 32);
        await System.AddAsync(hostile, "<script>alert(1)</script>.png", tags: ["<b>"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/search") { Content = Form(hostile) };
        request.Headers.Add("Accept", "text/html");

        using var response = await Http.SendAsync(request, Token);

        var html = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
        Assert.Contains("data-summary=\"10 similar pictures found", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ManyAtOnce_AllAnswer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            JsonNode answer = await JsonAsync(await Http.PostAsync("/api/v1/search?k=1", Form(_pictures[i % 12]), Token));
            return (string?)answer["results"]![0]!["id"] == ImageId.Of(_pictures[i % 12]).ToString();
        }));

        Assert.All(answers, Assert.True);
    }
}
