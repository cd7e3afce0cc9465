using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Near-duplicates in one result. The pictures are eight motifs, of each as many equal copies as its number says.</summary>
public sealed class SearchGroupTests : ApiTest
{
    private static readonly byte[] Query = GeneratedPicture.Png(1, 32, 32);

    private readonly Dictionary<string, int> _motifs = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var number = 0;
        for (var motif = 1; motif <= 8; motif++)
        {
            for (var copy = 0; copy < motif * 5; copy++)
            {
                var id = Samples.Id(number);
                var vector = FakeExtractor.Embed([(byte)motif], 8);
                var fingerprint = FakeExtractor.Fingerprint(GeneratedPicture.Jpeg(motif));
                await System.Store.AddAsync(Samples.Image(number++), Token);
                await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [new ImageVector(id, vector, 1, []) { Fingerprint = fingerprint }], Token);
                System.Shards[id.Bucket % 2].Vectors[id] = (vector, []);
                _motifs[id.ToString()] = motif;
            }
        }
    }

    [Fact]
    public async Task Search_Grouped_CountsGroupsAndNamesTwentyDuplicatesAtMost()
    {
        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search?k=8&group=true", Form(Query), Token));

        var results = answer["results"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, 8), results.Select(Motif).Order());
        Assert.Null(answer["next"]);
        foreach (var result in results)
        {
            Assert.Equal((Motif(result) * 5) - 1, (int)result!["duplicateCount"]!);
            var duplicates = result["duplicates"]!.AsArray();
            Assert.Equal(Math.Min(20, (Motif(result) * 5) - 1), duplicates.Count);
            Assert.All(duplicates, duplicate => Assert.Equal(Motif(result), Motif(duplicate)));
            Assert.Equal(["id", "score", "source", "thumbnail"], duplicates[0]!.AsObject().Select(member => member.Key));
            Assert.StartsWith("picture-", (string)duplicates[0]!["source"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Search_GroupedInPages_HasEveryGroupOnce()
    {
        var page = await JsonAsync(await Http.PostAsync("/api/v1/search?k=3&group=true", Form(Query), Token));
        List<int> motifs = [.. page["results"]!.AsArray().Select(Motif)];
        while ((string?)page["next"] is { } cursor)
        {
            page = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/search", new { cursor }, Token));
            motifs.AddRange(page["results"]!.AsArray().Select(Motif));
        }

        Assert.Equal(8, motifs.Count);
        Assert.Equal(Enumerable.Range(1, 8), motifs.Order());
    }

    [Fact]
    public async Task Search_NotGrouped_SaysNothingOfDuplicates()
    {
        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search?k=8", Form(Query), Token));

        Assert.All(answer["results"]!.AsArray(), result => Assert.Null(result!["duplicateCount"]));
        Assert.Single(answer["results"]!.AsArray().Select(Motif).Distinct());
    }

    [Fact]
    public async Task Search_GroupedWhileTheStoreIsAway_AnswersWithoutGroups()
    {
        System.StoreIsAway = true;

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/search?k=8&group=true", Form(Query), Token));

        Assert.Equal(8, answer["results"]!.AsArray().Count);
        Assert.True((bool)answer["undescribed"]!);
    }

    private int Motif(JsonNode? result) => _motifs[(string)result!["id"]!];
}
