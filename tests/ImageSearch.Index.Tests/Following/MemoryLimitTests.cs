using System.Net;
using ImageSearch.Core.Store;
using ImageSearch.Index.Following;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Following;

/// <summary>A limit on memory: what does not fit is left out, nothing else, and comes in when there is room.</summary>
public sealed class MemoryLimitTests : IDisposable
{
    private const int Dimension = 512;

    /// <summary>Some 500 vectors.</summary>
    private const long Limit = 1024 * 1024;

    private static readonly IndexKind Kind = new("Exact", new Dictionary<string, long>());

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Apply_OverTheLimit_RemembersWhereItHasToGoOn()
    {
        var index = new ExactIndex(Dimension);
        var writer = new IndexWriter(new IndexState(index, TimeProvider.System), index, Kind, Limit);
        var changes = Vectors.Changes(Dimension, 1000);
        foreach (var page in changes.Chunk(100).Index())
        {
            writer.Apply(new ChangePage(page.Item, new ChangeCursor($"{(page.Index + 1) * 100}"), false, default));
        }

        Assert.True(writer.HasRefused);
        Assert.InRange(index.Count, 300, 520);
        Assert.True(index.Memory.Total <= Limit);
        Assert.Equal("1000", writer.Cursor.Position);
        // A snapshot must not say that it has what was refused.
        Assert.Equal($"{index.Count / 100 * 100}", writer.View().Position);
        Assert.False(writer.TryReadRefusedAgain());

        // What is there can be replaced and deleted.
        var moved = Vectors.Unit(Dimension, 4711);
        Assert.Equal(0, writer.Apply(new ChangePage([new(changes[0].Id, moved, ["b"])], new ChangeCursor("1001"), true, default)).Refused);
        Assert.True(writer.TryCopy(changes[0].Id, new float[Dimension]));
    }

    [Fact]
    public async Task Follow_OverTheLimit_SaysSoAndTakesInWhatWasLeftOutWhenThereIsRoom()
    {
        // Several segments, so that deletions give memory back: of long vectors, because each picture is a transaction.
        const int Dimension = 2048;
        await using var server = new IndexServer(_data.Path, dimension: Dimension, settings: [("Index:MemoryLimitMiB", "20")]);
        await AddAsync(server.Store, Dimension, 3_500);
        var state = (IndexState)server.Services.GetService(typeof(IndexState))!;
        await Eventually.BecomesTrue(() => state.Status == IndexStatus.Full);

        var held = state.Index.Count;
        Assert.InRange(held, 2_000, 2_750);
        Assert.InRange(state.Index.Memory.Total, 0, 20 << 20);
        using (var health = await server.Http.GetAsync("/health"))
        {
            Assert.Equal(HttpStatusCode.OK, health.StatusCode); // degraded: it answers
        }

        Assert.Equal(Samples.Id(0), (await server.SearchAsync(Vectors.Unit(Dimension, 0))).Results[0][0].Id);
        Assert.NotEqual(Samples.Id(3_499), (await server.SearchAsync(Vectors.Unit(Dimension, 3_499))).Results[0][0].Id);

        foreach (var number in Enumerable.Range(0, 2_000))
        {
            await server.Store.DeleteAsync(Samples.Id(number), default);
        }

        await Eventually.BecomesTrue(() => state.Status == IndexStatus.Ready && state.Index.Count == 1_500);
        Assert.Equal(Samples.Id(3_499), (await server.SearchAsync(Vectors.Unit(Dimension, 3_499))).Results[0][0].Id);
        Assert.Single(server.Logs.Messages, message => message.StartsWith("The memory limit is reached", StringComparison.Ordinal));
        Assert.Single(server.Logs.Messages, message => message.StartsWith("There is room again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_SavedWhileFull_WithMoreRoomHasEverything()
    {
        await using (var server = new IndexServer(_data.Path, dimension: Dimension, settings: [("Index:MemoryLimitMiB", "5")]))
        {
            await AddAsync(server.Store, Dimension, 4_000);
            var state = (IndexState)server.Services.GetService(typeof(IndexState))!;
            await Eventually.BecomesTrue(() => state.Status == IndexStatus.Full);
        }

        await using var second = new IndexServer(_data.Path, dimension: Dimension);
        await Eventually.BecomesTrue(async () => (await second.StatsAsync()) is { Ready: true, Count: 4_000 });
        Assert.Contains(second.Logs.Messages, message => message.Contains("from the snapshot", StringComparison.Ordinal));
        Assert.Equal(Samples.Id(3_999), (await second.SearchAsync(Vectors.Unit(Dimension, 3_999))).Results[0][0].Id);
    }

    private static async Task AddAsync(IImageStore store, int dimension, int count)
    {
        foreach (var page in Enumerable.Range(0, count).Chunk(1000))
        {
            await Task.WhenAll(page.Select(number => store.AddAsync(Samples.Image(number), default)));
            await store.PutVectorsAsync(
                Samples.Model, [.. page.Select(number => new ImageVector(Samples.Id(number), Vectors.Unit(dimension, number), 1, []))], default);
        }
    }
}
