using System.Text.Json.Nodes;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>
/// What scores mean, with a real network and real photographs: every second photograph is the collection, the others are not in it.
/// </summary>
public sealed class RelevanceTests(ITestOutputHelper output)
{
    private const int Batch = 25;

    [Fact]
    public async Task Search_PhotographsOfTheCollectionAndOthers_AreToldApart()
    {
        TestData.SkipIfMissing();
        var all = Photographs.All();
        Picture[] inside = [.. all.Where((_, i) => i % 2 == 0)];
        Picture[] outside = [.. all.Where((_, i) => i % 2 == 1)];
        await using var system = await RunningSystem.StartAsync(SqueezeNet.AsArguments());
        await system.Api.UploadAsync(inside);
        await system.Api.WaitUntilIndexedAsync(inside.Length, SqueezeNet.Name, TimeSpan.FromMinutes(2));
        // Shards look at their pictures again within a second when there is a tenth more of them, and web asks them again while it knows nothing.
        await Eventually.BecomesTrue(
            async () => (await system.Api.SearchAsync(inside[0], SqueezeNet.Name))["cutOff"] is { } cutOff && (long)cutOff["samples"]! >= 0.8 * Pairs(inside),
            TimeSpan.FromSeconds(60), what: "a cut-off from nearly all pictures");

        var others = await SearchAsync(system.Api, outside);
        var same = others.Count(answer => IsSame(answer["results"]![0]!));
        var similar = others.Count(answer => (string?)answer["results"]![0]!["match"] != "unrelated");
        output.WriteLine($"cut-off {others[0]["cutOff"]!.ToJsonString()}; of {outside.Length} others {same} claim to be the same picture, {similar} to be similar to one");

        Assert.InRange(same, 0, 5);
        Assert.InRange(similar, 0, 40); // for most of them, nothing here looks like it
        foreach (var (variant, answered, recognized) in new[] { ("itself", 1, 1), ("JPEG quality 30, then half size", 0.99, 0.9), ("central 80 %", 0.99, 0.95), ("half size, then JPEG quality 30", 0.95, 0.6) })
        {
            var answers = await SearchAsync(system.Api, [.. inside.Select(photograph => Photographs.Variant(photograph, variant))]);
            var first = answers.Zip(inside).Where(pair => (string?)pair.First["results"]![0]!["id"] == pair.Second.Id).Select(pair => pair.First["results"]![0]!).ToList();
            var (found, copies) = (first.Count(result => (string?)result["match"] != "unrelated"), first.Count(IsSame));
            output.WriteLine($"{variant}: {found} of {inside.Length} found above the cut-off, {copies} as the same picture");
            Assert.True(found >= answered * inside.Length && copies >= recognized * inside.Length, $"{variant}: {found} found, {copies} as the same picture.");
        }

        var exact = (await SearchAsync(system.Api, inside[..1]))[0]["results"]![0]!;
        Assert.Equal(("exact", 1.0), ((string?)exact["match"], (double)exact["relevance"]!));
    }

    /// <summary>The default model knows dogs: other dogs are alike, and the same picture is what shows the same pixels.</summary>
    [Fact]
    public async Task Search_OtherPhotographsOfTheSubject_AreNeitherTheSamePictureNorFoldedAway()
    {
        Picture[] dogs = [.. TestData.Subject("dalmatian").Select(path => new Picture(Path.GetFileName(path), File.ReadAllBytes(path)))];
        Picture[] others = [.. Photographs.All().Take(60)];
        string[] variants = ["half size, then JPEG quality 30", "central 80 %"];
        Picture[] copies = [.. variants.Select(variant => Photographs.Variant(dogs[0], variant))];
        await using var system = await RunningSystem.StartAsync("--model", "resnet18");
        await system.Api.UploadAsync([.. dogs, .. others, .. copies]);
        await system.Api.WaitUntilIndexedAsync(dogs.Length + others.Length + copies.Length, "resnet18", TimeSpan.FromMinutes(3));

        using var answer = await system.Api.PostSearchAsync(dogs[0], "?k=20");
        var matches = (await Api.JsonAsync(answer))["results"]!.AsArray().ToDictionary(result => (string)result!["id"]!, result => (string?)result!["match"]);
        using var groupedAnswer = await system.Api.PostSearchAsync(dogs[0], "?k=20&group=true");
        var grouped = (await Api.JsonAsync(groupedAnswer))["results"]!.AsArray();

        Assert.Equal("exact", matches[dogs[0].Id]);
        Assert.Equal(copies.Select(copy => copy.Id).Order(), matches.Where(match => match.Value == "same").Select(match => match.Key).Order());
        Assert.Equal(copies.Select(copy => copy.Id).Order(), grouped[0]!["duplicates"]!.AsArray().Select(copy => (string)copy!["id"]!).Order());
        Assert.All(grouped.Skip(1), result => Assert.Null(result!["duplicateCount"]));
        Assert.InRange(grouped.Count(IsDog), 6, dogs.Length);

        // Words find dogs, too, these and others (by ImageNet's numbers), with a cut-off of their own. Among them may be a wolf: their card says
        // how often words are right.
        using var wordsAnswer = await system.Api.Http.GetAsync("/api/v1/search?k=8&group=true&text=dog", TestContext.Current.CancellationToken);
        var byWords = (await Api.JsonAsync(wordsAnswer))["results"]!.AsArray();
        Assert.True(
            byWords.Count(result =>
                IsDog(result) || copies.Any(copy => copy.Id == (string)result!["id"]!) || IsOfImageNetsDogs((string)result!["source"]!)) >= 5,
            string.Join(", ", byWords.Select(result => $"{result!["source"]} {result["score"]}")));
        // The cut-off is of pictures that each shard draws again as it grows.
        await Eventually.Succeeds(async () =>
        {
            using var again = await system.Api.Http.GetAsync("/api/v1/search?k=1&text=dog", TestContext.Current.CancellationToken);
            var first = (await Api.JsonAsync(again))["results"]![0]!;
            Assert.Equal("similar", (string?)first["match"]);
        }, TimeSpan.FromMinutes(1));

        bool IsDog(JsonNode? result) => dogs.Any(dog => dog.Id == (string)result!["id"]!);
    }

    private static bool IsOfImageNetsDogs(string source) => string.CompareOrdinal(source, "n02085") > 0 && string.CompareOrdinal(source, "n02114") < 0;

    private static int Pairs(Picture[] inside)
    {
        // Two shards share the pictures by their ids, and each compares its own.
        var first = inside.Count(picture => ImageId.Parse(picture.Id).Bucket % 2 == 0);
        var second = inside.Length - first;
        return ((first * (first - 1)) + (second * (second - 1))) / 2;
    }

    private static bool IsSame(JsonNode result) => (string?)result["match"] is "same" or "exact";

    /// <summary>In batches: one call for many pictures.</summary>
    private static async Task<List<JsonNode>> SearchAsync(Api api, IReadOnlyList<Picture> pictures)
    {
        var answers = new List<JsonNode>();
        foreach (var batch in pictures.Chunk(Batch))
        {
            var form = new MultipartFormDataContent();
            foreach (var picture in batch)
            {
                form.Add(new ByteArrayContent(picture.Content), "file", "query.jpg");
            }

            using var answer = await api.Http.PostAsync($"/api/v1/search/batch?k=3&model={SqueezeNet.Name}", form);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            answers.AddRange((await Api.JsonAsync(answer))["answers"]!.AsArray().Select(entry => entry!));
        }

        return answers;
    }
}
