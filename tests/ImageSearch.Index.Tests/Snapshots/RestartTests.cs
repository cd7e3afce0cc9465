using ImageSearch.Core.Store;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Tests.Snapshots;

/// <summary>The server over HTTP, stopped and started again.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private string Directory => _data.Combine("index");

    private string File => Path.Combine(Directory, new SnapshotIdentity(Samples.Model.Name, Samples.Model.Version, 8, 0, 1).FileName);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Restart_WithASnapshot_CatchesUpFromIt()
    {
        await RunOnceAsync(0, 300);
        await using (var store = new IndexServer(_data.Path, settings: [("Index:SnapshotInterval", "00:00:00")]))
        {
            await AddAsync(store.Store, Enumerable.Range(300, 50));
            await store.Store.DeleteAsync(Samples.Id(7), default);
            await store.Store.AddAsync(Samples.Image(8, "holiday"), default);
        }

        await using var second = new IndexServer(_data.Path);
        await ReadyAsync(second);

        Assert.True(second.Logs.Has("Loaded 300 vectors from the snapshot"), string.Join('\n', second.Logs.Messages));
        Assert.Equal(349, (await second.StatsAsync()).Count);
        await AssertFindsAsync(second, [0, 8, 150, 299, 300, 349]);
        Assert.DoesNotContain((await second.SearchAsync(Vectors.Unit(8, 7), "?k=1000")).Results[0], hit => hit.Id == Samples.Id(7));
        Assert.Equal(Samples.Id(8), Assert.Single((await second.SearchAsync(Vectors.Unit(8, 8), "?k=10&tag=holiday")).Results[0]).Id);
    }

    [Fact]
    public async Task Restart_NothingChanged_LeavesTheSnapshotAlone()
    {
        await RunOnceAsync(0, 100);
        var written = System.IO.File.GetLastWriteTimeUtc(File);

        await using (var second = new IndexServer(_data.Path))
        {
            await ReadyAsync(second);
        }

        Assert.Equal(written, System.IO.File.GetLastWriteTimeUtc(File));
        Assert.Equal([File], System.IO.Directory.GetFiles(Directory));
    }

    [Fact]
    public async Task Run_AnIntervalPasses_ASnapshotIsSavedWhileItServes()
    {
        await using var server = new IndexServer(_data.Path, settings: [("Index:SnapshotInterval", "00:00:00.100")]);
        await AddAsync(server.Store, Enumerable.Range(0, 100));
        await Eventually.BecomesTrue(() => server.Logs.Has("Saved a snapshot of 100 vectors"));

        using var reader = SnapshotReader.Open(File);
        reader.Verify(1, TestContext.Current.CancellationToken);
        Assert.Equal(100, reader.Header.Alive);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("cut")]
    [InlineData("another format")]
    [InlineData("another shard's")]
    [InlineData("no snapshot")]
    [InlineData("an earlier release's")]
    public async Task Restart_SnapshotThatCannotBeUsed_IsBuiltFromTheStoreAndSavedAnew(string what)
    {
        await RunOnceAsync(0, 200);
        Spoil(what);

        await using (var second = new IndexServer(_data.Path))
        {
            await ReadyAsync(second);
            Assert.True(second.Logs.Has("cannot be used"), string.Join('\n', second.Logs.Messages));
            Assert.Equal(200, (await second.StatsAsync()).Count);
            await AssertFindsAsync(second, [0, 77, 199]);
        }

        using var reader = SnapshotReader.Open(File);
        reader.Verify(1, TestContext.Current.CancellationToken);
        Assert.Equal((200, 8), (reader.Header.Alive, reader.Header.Identity.Dimension));
    }

    [Fact]
    public async Task Restart_StoreWithAnotherHistory_IsBuiltFromTheStore()
    {
        await RunOnceAsync(0, 200);
        foreach (var file in System.IO.Directory.GetFiles(_data.Path, "imagesearch.db*"))
        {
            System.IO.File.Delete(file);
        }

        // A store with a shorter feed: its end is before the snapshot's position.
        await RunOnceAsync(1000, 20, "The store is not the one");
        // Now one with a longer feed: the position alone says nothing, the vectors do.
        foreach (var file in System.IO.Directory.GetFiles(_data.Path, "imagesearch.db*"))
        {
            System.IO.File.Delete(file);
        }

        await using (var store = new IndexServer(_data.Path, settings: [("Index:SnapshotInterval", "00:00:00")]))
        {
            await AddAsync(store.Store, Enumerable.Range(2000, 100));
        }

        await RunOnceAsync(2100, 1, "The store is not the one", before: 100);
    }

    [Theory]
    [InlineData("Exact", 16, "Hnsw", 16, "Hnsw (EfConstruction 200, M 16, Seed 1)")]
    [InlineData("Hnsw", 16, "Hnsw", 8, "Hnsw (EfConstruction 200, M 8, Seed 1)")]
    [InlineData("Hnsw", 8, "Exact", 8, "Exact")]
    public async Task Restart_OtherParameters_ServesTheOldIndexUntilTheNewOneIsBuilt(string before, int m, string after, int newM, string kind)
    {
        await RunOnceAsync(0, 200, settings: [("Index:Algorithm", before), ("Index:Hnsw:M", $"{m}")]);

        await using (var second = new IndexServer(_data.Path, settings: [("Index:Algorithm", after), ("Index:Hnsw:M", $"{newM}")]))
        {
            await ReadyAsync(second);
            Assert.True(second.Logs.Has("Loaded 200 vectors from the snapshot"));
            await Eventually.BecomesTrue(() => second.Logs.Has("The rebuilt index serves: " + kind));
            await AssertFindsAsync(second, [0, 77, 199]);
            await AddAsync(second.Store, [200]);
            await Eventually.BecomesTrue(async () => (await second.StatsAsync()).Count == 201);
        }

        using var reader = SnapshotReader.Open(File);
        Assert.Equal((kind, 201), (reader.Header.Kind.ToString(), reader.Header.Alive));
    }

    [Fact]
    public async Task Run_NoRoomForSnapshots_WarnsOnceAndGoesOn()
    {
        var file = _data.Combine("a file");
        System.IO.File.WriteAllText(file, "");
        await using var server = new IndexServer(
            _data.Path, settings: [("Index:SnapshotInterval", "00:00:00.050"), ("Index:Directory", Path.Combine(file, "index"))]);
        await AddAsync(server.Store, Enumerable.Range(0, 10));
        await Eventually.BecomesTrue(() => server.Logs.Has("No snapshot can be saved"));
        await AddAsync(server.Store, Enumerable.Range(10, 10));
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Count == 20);
        await server.DisposeAsync(); // tries again

        Assert.Single(server.Logs.Messages, message => message.StartsWith("No snapshot can be saved", StringComparison.Ordinal));
    }

    private async Task RunOnceAsync(int first, int count, string? logged = null, int before = 0, (string Key, string Value)[]? settings = null)
    {
        await using var server = new IndexServer(_data.Path, settings: settings ?? []);
        await ReadyAsync(server);
        await AddAsync(server.Store, Enumerable.Range(first, count));
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Count == before + count);
        Assert.True(logged is null || server.Logs.Has(logged), string.Join('\n', server.Logs.Messages));
    }

    private void Spoil(string what)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        switch (what)
        {
            case "damaged":
                using (var reader = SnapshotReader.Open(File))
                {
                    bytes[reader.Get("Vectors", 0).Offset + 100] ^= 1;
                }

                break;
            case "cut":
                bytes = bytes[..^1];
                break;
            case "another format":
                bytes[8]++;
                break;
            case "an earlier release's": // whose Exact kept vectors in another order, under the same name
                bytes[8]--;
                break;
            case "another shard's":
                using (var reader = SnapshotReader.Open(File))
                using (var writer = new SnapshotWriter(File, reader.Header with { Identity = reader.Header.Identity with { Shards = 2 } }, 0))
                {
                    writer.Commit();
                }

                return;
            default:
                bytes = [1, 2, 3];
                break;
        }

        System.IO.File.WriteAllBytes(File, bytes);
    }

    private static async Task AssertFindsAsync(IndexServer server, int[] numbers)
    {
        foreach (var number in numbers)
        {
            Assert.Equal(Samples.Id(number), (await server.SearchAsync(Vectors.Unit(8, number))).Results[0][0].Id);
        }
    }

    private static async Task AddAsync(IImageStore store, IEnumerable<int> numbers)
    {
        var vectors = numbers.Select(number => new ImageVector(Samples.Id(number), Vectors.Unit(8, number), 1, [])).ToList();
        await Task.WhenAll(numbers.Select(number => store.AddAsync(Samples.Image(number), default)));
        await store.PutVectorsAsync(Samples.Model, vectors, default);
    }

    private static Task ReadyAsync(IndexServer server) => Eventually.BecomesTrue(async () => (await server.StatsAsync()).Ready);
}
