using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>What scores mean. The pictures have the scores 0.99, 0.97 … 0.01 to the query.</summary>
public sealed class RelevanceTests : ApiTest
{
    private const int Pictures = 50;

    // Scores of the pictures that are stored with the query's own fingerprint; the best ones have another's.
    private static readonly double[] Copies = [0.89, 0.87, 0.51];

    private static readonly byte[] Query = GeneratedPicture.Png(1, 32, 32);

    private static readonly byte[] Copy = GeneratedPicture.Jpeg(1, 32, 32);

    // As SqueezeNet's are among photographs.
    private static readonly ScoreStats Scores = new(4950, 0.296, 0.094, new ScoreQuantiles(0.288, 0.421, 0.548, 0.64, 0.71));

    // Known to the first search, however slow the machine is.
    protected override (string Key, string? Value)[] Settings => [("Search:CalibrationTimeout", "00:00:10")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var query = FakeExtractor.Embed(Query, 8);
        for (var i = 0; i < Pictures; i++)
        {
            var id = Samples.Id(i);
            var vector = At((99 - (2 * i)) / 100f, query);
            await System.Store.AddAsync(Samples.Image(i), Token);
            var picture = Copies.Contains((99 - (2 * i)) / 100.0) ? Copy : GeneratedPicture.Png(100 + i, 32, 32);
            await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [new ImageVector(id, vector, 1, []) { Fingerprint = FakeExtractor.Fingerprint(picture) }], Token);
            System.Shards[id.Bucket % 2].Vectors[id] = (vector, []);
        }
    }

    [Fact]
    public async Task Search_EnoughKnown_JudgesEveryResult()
    {
        Tell(Scores);

        var answer = await SearchAsync("?k=50");

        var (cutOff, same) = ((double)answer["cutOff"]!["score"]!, (double)answer["cutOff"]!["samePicture"]!);
        Assert.Equal(2 * 4950, (int)answer["cutOff"]!["samples"]!);
        Assert.InRange(cutOff, 0.55, 0.65);
        Assert.InRange(same, 0.65, 0.8);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal(
            Copies.Contains((double)result!["score"]!) ? "same" : (double)result["score"]! >= cutOff ? "similar" : "unrelated", (string?)result["match"]));
        // One of the copies is below the cut-off, and what is above all copies is none.
        Assert.Equal(["similar", "same", "similar", "unrelated", "same", "unrelated"], Runs(answer["results"]!.AsArray().Select(result => (string?)result!["match"])));
        Assert.Equal(answer["results"]!.AsArray().Count(result => (string?)result!["match"] == "unrelated"), (int)answer["belowCutOff"]!);
        var relevance = answer["results"]!.AsArray().Select(result => (double)result!["relevance"]!).ToList();
        Assert.Equal(relevance.OrderDescending(), relevance);
        Assert.Equal((1, 0), (relevance[0], relevance[^1]));
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal((double)result!["score"]! >= cutOff, (double)result["relevance"]! >= 0.5));
    }

    [Fact]
    public async Task Search_CopiesWhileThereIsNoCutOff_AreTheSamePicture()
    {
        Tell(null);

        var answer = await SearchAsync("?k=50");

        Assert.Equal(Copies, answer["results"]!.AsArray().Where(result => (string?)result!["match"] == "same").Select(result => (double)result!["score"]!));
        Assert.Equal([null, "same"], answer["results"]!.AsArray().Select(result => (string?)result!["match"]).Distinct());
    }

    [Fact]
    public async Task Search_CopiesOnALaterPage_AreTheSamePictureToo()
    {
        Tell(Scores);
        var page = await SearchAsync("?k=5&next=true");
        List<(double, string?)> all = [.. Matches(page)];
        while ((string?)page["next"] is { } cursor)
        {
            page = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor }, Token));
            all.AddRange(Matches(page));
        }

        Assert.Equal(Matches(await SearchAsync("?k=50")), all);
    }

    [Fact]
    public async Task Search_FingerprintsCannotBeRead_AnswersWithoutCopies()
    {
        Tell(Scores);
        System.StoreIsAway = true;

        var answer = await SearchAsync("?k=50");

        Assert.Equal(["similar", "unrelated"], answer["results"]!.AsArray().Select(result => (string?)result!["match"]).Distinct());
    }

    [Fact]
    public async Task Search_RelevantOnly_LeavesOutWhatIsBelowTheCutOffAndSaysHowMany()
    {
        Tell(Scores);
        var all = await SearchAsync("?k=30");

        var answer = await SearchAsync("?k=30&relevant=true");

        Assert.Equal(
            all["results"]!.AsArray().Where(result => (string?)result!["match"] != "unrelated").Select(result => result!.ToJsonString()),
            answer["results"]!.AsArray().Select(result => result!.ToJsonString()));
        Assert.Equal((int)all["belowCutOff"]!, (int)answer["belowCutOff"]!);
        Assert.Equal(30, answer["results"]!.AsArray().Count + (int)answer["belowCutOff"]!);
        Assert.NotNull(all["next"]);
        Assert.Null(answer["next"]); // nothing but worse ones follow
    }

    [Fact]
    public async Task Search_RelevantOnlyInPages_EndsAtTheCutOff()
    {
        Tell(Scores);
        var page = await SearchAsync("?k=5&relevant=true");
        var cutOff = page["cutOff"]!.ToJsonString();
        List<double> scores = [.. ScoresOf(page)];
        Tell(null); // what judged the first page also judges the others
        while ((string?)page["next"] is { } cursor)
        {
            page = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor }, Token));
            Assert.Equal(cutOff, page["cutOff"]!.ToJsonString());
            scores.AddRange(ScoresOf(page));
        }

        var least = (double)JsonNode.Parse(cutOff)!["score"]!;
        Assert.Equal(Enumerable.Range(0, Pictures).Select(i => (99 - (2 * i)) / 100.0).Where(score => score >= least), scores.Select(score => Math.Round(score, 2)));
    }

    [Fact]
    public async Task Search_NothingLikeIt_IsAnEmptyAnswerThatSaysSo()
    {
        Tell(Scores);
        foreach (var shard in System.Shards)
        {
            foreach (var (id, entry) in shard.Vectors)
            {
                shard.Vectors[id] = (At(0.3f, FakeExtractor.Embed(Query, 8)), entry.Tags);
            }
        }

        var answer = await SearchAsync("?relevant=true");

        Assert.Empty(answer["results"]!.AsArray());
        Assert.Equal(10, (int)answer["belowCutOff"]!);
    }

    [Fact]
    public async Task Search_SameBytes_IsExactWithAndWithoutACutOff()
    {
        System.Shards[0].Vectors[ImageId.Of(Query)] = (FakeExtractor.Embed(Query, 8), []);
        await System.Store.AddAsync(Samples.Image(0) with { Id = ImageId.Of(Query) }, Token);

        var without = await SearchAsync("?k=5");
        Assert.Equal(["exact", null, null, null, null], without["results"]!.AsArray().Select(result => (string?)result!["match"]));

        Assert.Null(without["cutOff"]);
        Assert.True(without.ContainsKey("cutOff") && without.ContainsKey("next"));
        Assert.Null(without["results"]![0]!["relevance"]);
        Assert.Equal(0, (int)without["belowCutOff"]!);
    }

    [Fact]
    public async Task Search_ShardsDoNotTell_AnswersWithoutACutOff()
    {
        Tell(null);

        var answer = await SearchAsync("?k=5&relevant=true");

        Assert.Null(answer["cutOff"]);
        Assert.Equal(5, answer["results"]!.AsArray().Count);
    }

    [Fact]
    public async Task Search_FewerThanThirtyPictures_HasNoCutOff()
    {
        Tell(Scores);
        foreach (var shard in System.Shards)
        {
            foreach (var id in shard.Vectors.Keys.Skip(10))
            {
                shard.Vectors.TryRemove(id, out _);
            }
        }

        Assert.Null((await SearchAsync("?k=5"))["cutOff"]);
    }

    private void Tell(ScoreStats? scores)
    {
        foreach (var shard in System.Shards)
        {
            shard.Scores = scores;
        }
    }

    private async Task<JsonObject> SearchAsync(string query) => await JsonAsync(await Http.PostAsync("/api/v1/search" + query, Form(Query), Token));

    private static IEnumerable<(double, string?)> Matches(JsonObject page) =>
        page["results"]!.AsArray().Select(result => ((double)result!["score"]!, (string?)result["match"]));

    /// <summary>What follows itself is told once.</summary>
    private static IEnumerable<string?> Runs(IEnumerable<string?> values)
    {
        string?[] all = [.. values];
        return all.Where((value, i) => i == 0 || value != all[i - 1]);
    }

    private static IEnumerable<double> ScoresOf(JsonObject page) => page["results"]!.AsArray().Select(result => (double)result!["score"]!);

    /// <summary>A vector with this cosine to another.</summary>
    private static float[] At(float cosine, float[] query)
    {
        // What the first axis has beside the query, made a unit vector.
        float[] beside = [.. query.Select((value, i) => (i == 0 ? 1 : 0) - (query[0] * value))];
        var norm = MathF.Sqrt(beside.Sum(value => value * value));
        return [.. query.Select((value, i) => (cosine * value) + (MathF.Sqrt(1 - (cosine * cosine)) * beside[i] / norm))];
    }
}
