using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>What is shown with the lowest score that was asked for is a result: scores are compared as they are shown.</summary>
public sealed class MinScoreTests : ApiTest
{
    private const int Pictures = 60;

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, Pictures).Select(seed => Testing.Pictures.GeneratedPicture.Png(seed, 8, 8))];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var picture in _pictures)
        {
            await System.AddAsync(picture, "a.png");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("&group=true")]
    [InlineData("&relevant=true")]
    public async Task MinScore_OfOne_FindsEveryPictureByItself(string options)
    {
        var lost = new List<int>();
        for (var i = 0; i < Pictures; i++)
        {
            var answer = await JsonAsync(await Http.PostAsync($"/api/v1/search?minScore=1&k=100{options}", Form(_pictures[i]), Token));
            if (!Results(answer).Any(result => (string?)result["id"] == ImageId.Of(_pictures[i]).ToString()))
            {
                lost.Add(i);
            }
        }

        Assert.Empty(lost);
    }

    [Fact]
    public async Task MinScore_InABatch_FindsEveryPictureByItself()
    {
        for (var first = 0; first < Pictures; first += 20)
        {
            var batch = await JsonAsync(await Http.PostAsync("/api/v1/search/batch?minScore=1", Files(_pictures[first..(first + 20)]), Token));
            var answers = batch["answers"]!.AsArray();
            for (var i = 0; i < answers.Count; i++)
            {
                Assert.Contains(Results(answers[i]!), result => (string?)result["id"] == ImageId.Of(_pictures[first + i]).ToString());
            }
        }
    }

    [Fact]
    public async Task MinScore_OfAShownScore_KeepsItAndOneMillionthMoreDoesNot()
    {
        var all = Results(await JsonAsync(await Http.PostAsync("/api/v1/search?k=100", Form(_pictures[0]), Token)));

        foreach (var result in all.Skip(1).Where((_, i) => i % 6 == 0))
        {
            var score = (double)result["score"]!;
            var expected = all.Where(other => (double)other["score"]! >= score).Select(other => (string?)other["id"]).ToList();

            Assert.Equal(expected, await PagesAsync(score, 7));
            Assert.Equal(expected.Count, (await PagesAsync(score, 100)).Count);
            Assert.DoesNotContain((string?)result["id"], await PagesAsync(Math.Round(score + 1e-6, 6), 100));
        }
    }

    private async Task<List<string?>> PagesAsync(double minScore, int k)
    {
        var page = await JsonAsync(await Http.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/search?k={k}&minScore={minScore}"), Form(_pictures[0]), Token));
        List<string?> ids = [.. Results(page).Select(result => (string?)result["id"])];
        while (page["next"] is { } cursor)
        {
            page = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor = (string)cursor! }, Token));
            Assert.NotEmpty(Results(page));
            ids.AddRange(Results(page).Select(result => (string?)result["id"]));
        }

        return ids;
    }

    private static IReadOnlyList<JsonNode> Results(JsonNode answer) => [.. answer["results"]!.AsArray().OfType<JsonNode>()];
}
