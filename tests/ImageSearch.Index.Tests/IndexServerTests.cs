using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Tests;

/// <summary>The server over HTTP, following the real embedded store.</summary>
public sealed class IndexServerTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Start_EmptyStore_IsReadyAndFindsNothing()
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);

        var answer = await server.SearchAsync(Vectors.Unit(8, 1));

        Assert.Empty(Assert.Single(answer.Results));
        Assert.Equal(0, answer.Count);
        Assert.NotNull(answer.IndexedThrough);
    }

    [Fact]
    public async Task Follow_AddedChangedAndDeleted_IsSeenWithoutAReload()
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);
        await AddAsync(server.Store, Enumerable.Range(0, 50));
        await CountBecomesAsync(server, 50);
        Assert.Equal(Samples.Id(7), (await server.SearchAsync(Vectors.Unit(8, 7))).Results[0][0].Id);

        await server.Store.DeleteAsync(Samples.Id(7), default);
        await CountBecomesAsync(server, 49);
        Assert.DoesNotContain((await server.SearchAsync(Vectors.Unit(8, 7), "?k=100")).Results[0], hit => hit.Id == Samples.Id(7));

        await AddAsync(server.Store, [7]);
        await CountBecomesAsync(server, 50);
        Assert.Equal(Samples.Id(7), (await server.SearchAsync(Vectors.Unit(8, 7))).Results[0][0].Id);
    }

    [Fact]
    public async Task Follow_TagAddedLater_IsSearchedFor()
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);
        await AddAsync(server.Store, Enumerable.Range(0, 10));
        await server.Store.AddAsync(Samples.Image(4, "holiday"), default);

        await Eventually.BecomesTrue(async () => (await server.SearchAsync(Vectors.Unit(8, 1), "?k=10&tag=holiday")).Results[0] is [{ } hit] && hit.Id == Samples.Id(4));
        Assert.Equal(10, (await server.StatsAsync()).Count);
    }

    [Theory]
    [InlineData("Exact")]
    [InlineData("Hnsw")]
    public async Task Follow_TagsChanged_SearchesWithThemFollow(string algorithm)
    {
        await using var server = new IndexServer(_data.Path, settings: ("Index:Algorithm", algorithm));
        await ReadyAsync(server);
        await AddAsync(server.Store, Enumerable.Range(0, 10));
        await CountBecomesAsync(server, 10);

        await server.Store.ChangeTagsAsync([Samples.Id(2), Samples.Id(4), Samples.Id(6)], ["old"], [], default);
        await TaggedBecomeAsync("old", 2, 4, 6);
        await server.Store.ChangeTagsAsync([Samples.Id(4), Samples.Id(6)], ["new"], ["old"], default);
        await TaggedBecomeAsync("old", 2);
        await TaggedBecomeAsync("new", 4, 6);
        await server.Store.ChangeTagsAsync([Samples.Id(6)], [], ["new"], default);
        await TaggedBecomeAsync("new", 4);

        Assert.Equal(10, (await server.StatsAsync()).Count);
        Assert.Equal(Samples.Id(6), (await server.SearchAsync(Vectors.Unit(8, 6))).Results[0][0].Id);

        Task TaggedBecomeAsync(string tag, params int[] pictures) => Eventually.BecomesTrue(async () =>
            (await server.SearchAsync(Vectors.Unit(8, 1), $"?k=10&tag={tag}")).Results[0].Select(hit => hit.Id).ToHashSet().SetEquals(pictures.Select(Samples.Id)));
    }

    [Fact]
    public async Task Restart_OverAFullStore_LoadsEverythingBeforeItIsReady()
    {
        await using (var first = new IndexServer(_data.Path))
        {
            await ReadyAsync(first);
            await AddAsync(first.Store, Enumerable.Range(0, 500));
        }

        await using var second = new IndexServer(_data.Path);
        await ReadyAsync(second);

        Assert.Equal(500, (await second.StatsAsync()).Count);
        for (var i = 0; i < 500; i += 50)
        {
            Assert.Equal(Samples.Id(i), (await second.SearchAsync(Vectors.Unit(8, i))).Results[0][0].Id);
        }
    }

    [Fact]
    public async Task Shards_OfOneModel_HoldEveryPictureOnce()
    {
        await using var first = new IndexServer(_data.Path, 0, 3);
        await using var second = new IndexServer(_data.Path, 1, 3);
        await using var third = new IndexServer(_data.Path, 2, 3);
        await AddAsync(first.Store, Enumerable.Range(0, 300));
        await Eventually.BecomesTrue(async () => (await first.StatsAsync()).Count + (await second.StatsAsync()).Count + (await third.StatsAsync()).Count == 300);

        var found = new List<ImageId>();
        foreach (var (server, shard) in new[] { (first, 0), (second, 1), (third, 2) })
        {
            var hits = (await server.SearchAsync(Vectors.Unit(8, 1), "?k=1000")).Results[0];
            Assert.All(hits, hit => Assert.Equal(shard, hit.Id.Bucket % 3));
            found.AddRange(hits.Select(hit => hit.Id));
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(Samples.Id).Order(), found.Order());
    }

    [Fact]
    public async Task Search_SeveralVectors_AnswersEach()
    {
        await using var server = new IndexServer(_data.Path);
        await AddAsync(server.Store, Enumerable.Range(0, 20));
        await CountBecomesAsync(server, 20);

        var answer = await server.SearchAsync((float[])[.. Vectors.Unit(8, 3), .. Vectors.Unit(8, 11)], "?k=2", count: 2);

        Assert.Equal([Samples.Id(3), Samples.Id(11)], answer.Results.Select(hits => hits[0].Id));
        Assert.All(answer.Results, hits => Assert.Equal(2, hits.Count));
    }

    [Fact]
    public async Task Search_VectorOfAnyLength_IsNormalised()
    {
        await using var server = new IndexServer(_data.Path);
        await AddAsync(server.Store, Enumerable.Range(0, 20));
        await CountBecomesAsync(server, 20);

        var answer = await server.SearchAsync((float[])[.. Vectors.Unit(8, 3).Select(value => value * 250)]);

        Assert.Equal(1, answer.Results[0][0].Score, 1e-5);
    }

    [Theory]
    [InlineData("?k=0", 8, 1)]
    [InlineData("?k=1001", 8, 1)]
    [InlineData("?k=x", 8, 1)]
    [InlineData("?ef=0", 8, 1)]
    [InlineData("?ef=4097", 8, 1)]
    [InlineData("?ef=x", 8, 1)]
    [InlineData("?minScore=x", 8, 1)]
    [InlineData("?minScore=NaN", 8, 1)]
    [InlineData("?k=1", 7, 1)]
    [InlineData("?k=1", 9, 1)]
    [InlineData("?k=1", 0, 1)]
    [InlineData("?k=1", 8, 2)]
    [InlineData("?k=1", 8, 0)]
    [InlineData("?k=1", 8, 100_000)]
    public async Task Search_BadRequest_IsAClientError(string query, int floats, int count)
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);

        using var answer = await server.PostAsync(Vectors.Unit(Math.Max(floats, 1), 1).AsMemory(0, floats), query, count);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Search_ZeroOrNotANumber_IsAClientError()
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);

        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(new float[8])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(new[] { float.NaN, 1, 1, 1, 1, 1, 1, 1 })).StatusCode);
    }

    [Theory]
    [InlineData("?k=0", "invalid-k")]
    [InlineData("?ef=99999999999", "invalid-ef")]
    [InlineData("?minScore=high", "invalid-min-score")]
    public async Task Search_BadParameter_IsNamedByTheType(string query, string slug)
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);

        using var answer = await server.PostAsync(Vectors.Unit(8, 1), query);

        Assert.Equal($"urn:imagesearch:{slug}", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["type"]);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(100_000)]
    public async Task Search_BodyOfUnknownLength_IsReadToItsEnd(int bytes)
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);
        var body = new byte[bytes];
        MemoryMarshal.AsBytes(Vectors.Unit(8, 1).AsSpan())[..Math.Min(32, bytes)].CopyTo(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/search") { Content = new StreamContent(new MemoryStream(body)), Headers = { TransferEncodingChunked = true } };

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(bytes == 32 ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Vectors.Unit(8, 1))).StatusCode);
    }

    [Fact]
    public async Task Search_ManyResults_AreAllSent()
    {
        await using var server = new IndexServer(_data.Path);
        await AddAsync(server.Store, Enumerable.Range(0, 300));
        await CountBecomesAsync(server, 300);

        var answer = await server.SearchAsync(Enumerable.Range(0, 20).SelectMany(i => Vectors.Unit(8, i)).ToArray(), "?k=300&ef=1000", count: 20);

        Assert.Equal(20, answer.Results.Count);
        Assert.All(answer.Results, hits => Assert.Equal(300, hits.DistinctBy(hit => hit.Id).Count()));
    }

    [Theory]
    [InlineData("Algorithm", "ExactInt8", "Index:Algorithm ExactInt8 is called Exact now: write Exact.")]
    [InlineData("Algorithm", "Annoy", "Index:Algorithm 'Annoy' is unknown: use Exact or Hnsw.")]
    [InlineData("Rows", "Disk", "Index:Rows 'Disk' is unknown: use Memory or Mapped.")]
    public void Start_UnknownName_SaysWhatToWrite(string key, string name, string message)
    {
        var error = Assert.ThrowsAny<Exception>(() => new IndexServer(_data.Path, settings: ($"Index:{key}", name)));

        Assert.Equal([message], Assert.IsType<OptionsValidationException>(error is AggregateException all ? all.Flatten().InnerExceptions[0] : error).Failures);
    }

    [Fact]
    public async Task Stats_TellStateAndMemory()
    {
        await using var server = new IndexServer(_data.Path, settings: ("Index:MemoryLimitMiB", "64"));
        await AddAsync(server.Store, Enumerable.Range(0, 20));
        await CountBecomesAsync(server, 20);

        var stats = await server.StatsAsync();
        var metrics = PrometheusSamples.Parse(await server.Http.GetStringAsync("/metrics"));

        Assert.Equal(("ready", 64L << 20), (stats.State, stats.Memory!.Limit));
        Assert.Equal(stats.Memory.Total, stats.Memory.Vectors + stats.Memory.Codes + stats.Memory.Graph + stats.Memory.Directory);
        Assert.Equal(stats.Bytes, stats.Memory.Total);
        Assert.True(stats.Memory.Vectors > 0 && stats.Memory.Codes > 0 && stats.Memory.Directory > 0);
        Assert.Null(stats.Ef);
        Assert.Equal(stats.Memory.Codes, metrics["""imagesearch_index_memory_bytes{kind="codes",model="layout",shard="0"}"""]);
        Assert.Contains("""imagesearch_index_memory_limit_bytes{model="layout",shard="0"}""", metrics.Keys);
        Assert.Equal(0, metrics["""imagesearch_index_full{model="layout",shard="0"}"""]);
    }

    [Fact]
    public async Task Stats_TellHowAlikeThePicturesAre()
    {
        await using var server = new IndexServer(_data.Path);
        await AddAsync(server.Store, Enumerable.Range(0, 50));

        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Scores?.Samples == 50 * 49 / 2, TimeSpan.FromSeconds(20));

        var scores = JsonNode.Parse(await server.Http.GetStringAsync("/stats"))!["scores"]!.AsObject();
        Assert.Equal(["samples", "mean", "deviation", "quantiles"], scores.Select(member => member.Key));
        var quantiles = scores["quantiles"]!.AsObject();
        Assert.Equal(["p10", "p25", "p50", "p90", "p99", "p999", "maximum"], quantiles.Select(member => member.Key));
        Assert.Equal(quantiles.Select(member => (double)member.Value!).Order(), quantiles.Select(member => (double)member.Value!));

        // The same for one vector: its scores against each of the pictures, whatever its length.
        float[] vector = [.. Vectors.Unit(8, 7).Select(value => 3 * value)];
        using var response = await server.Http.PostAsync("/stats", new ByteArrayContent(MemoryMarshal.AsBytes(vector.AsSpan()).ToArray()));
        var ofOne = (await response.Content.ReadFromJsonAsync<IndexStats>())!;
        Assert.Equal((50, 50, 1.0), (ofOne.Count, ofOne.Scores!.Samples, Math.Round(ofOne.Scores.Quantiles.Maximum, 4)));
        foreach (var bytes in new[] { 0, 31, 33 })
        {
            using var refused = await server.Http.PostAsync("/stats", new ByteArrayContent(new byte[bytes]));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Recall_OfLiveSearches_IsMeasured()
    {
        await using var server = new IndexServer(
            _data.Path, settings: [("Index:RecallSample", "1"), ("Index:RecallBudget", "1")]);
        await AddAsync(server.Store, Enumerable.Range(0, 200));
        await CountBecomesAsync(server, 200);

        await Eventually.BecomesTrue(async () =>
        {
            await server.SearchAsync(Vectors.Unit(8, 3));
            return (await server.StatsAsync()).RecallSamples >= 20;
        });

        Assert.Equal(1, (await server.StatsAsync()).Recall);
        var metrics = PrometheusSamples.Parse(await server.Http.GetStringAsync("/metrics"));
        Assert.Equal(1, metrics["""imagesearch_index_recall{model="layout",shard="0"}"""]);
        Assert.Contains("""imagesearch_index_recall_samples_total{model="layout",outcome="replayed",shard="0"}""", metrics.Keys);
    }

    [Fact]
    public async Task Hnsw_TellsItsEfAndTakesThatOfARequest()
    {
        await using var server = new IndexServer(
            _data.Path,
            settings: [("Index:Algorithm", "Hnsw"), ("Index:Hnsw:Ef", "80"), ("Index:Hnsw:MaximumEf", "500"), ("Index:Hnsw:TargetRecall", "0.99"), ("Index:RecallBudget", "1")]);
        await AddAsync(server.Store, Enumerable.Range(0, 200));
        await CountBecomesAsync(server, 200);

        Assert.Equal(Samples.Id(3), (await server.SearchAsync(Vectors.Unit(8, 3), "?k=5&ef=500")).Results[0][0].Id);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(Vectors.Unit(8, 3), "?ef=501")).StatusCode);
        var stats = await server.StatsAsync();
        Assert.Equal((80, 0.99), (stats.Ef, stats.TargetRecall));
        Assert.Matches("""imagesearch_index_ef\{[^}]*\} 80""", await server.Http.GetStringAsync("/metrics"));

        // Until ef is known to be right every search is welcome as a sample, whatever the fraction.
        await Eventually.BecomesTrue(async () =>
        {
            await server.SearchAsync(Vectors.Unit(8, 3));
            return (await server.StatsAsync()).RecallSamples >= 20;
        });
    }

    [Fact]
    public async Task Recall_NoSearchYet_IsUnknown()
    {
        await using var server = new IndexServer(_data.Path);
        await ReadyAsync(server);

        Assert.Null((await server.StatsAsync()).Recall);
        Assert.DoesNotMatch("imagesearch_index_recall\\{", await server.Http.GetStringAsync("/metrics"));
    }

    private static async Task AddAsync(IImageStore store, IEnumerable<int> numbers)
    {
        var vectors = numbers.Select(number => new ImageVector(Samples.Id(number), Vectors.Unit(8, number), 1, [])).ToList();
        await Task.WhenAll(numbers.Select(number => store.AddAsync(Samples.Image(number), default)));
        await store.PutVectorsAsync(Samples.Model, vectors, default);
    }

    private static Task ReadyAsync(IndexServer server) => Eventually.BecomesTrue(async () => (await server.StatsAsync()).Ready);

    private static Task CountBecomesAsync(IndexServer server, long count) => Eventually.BecomesTrue(async () => (await server.StatsAsync()) is { Ready: true } stats && stats.Count == count);
}
