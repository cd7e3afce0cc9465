using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.Backfill;

public sealed class BackfillTests : IDisposable
{
    private static readonly (string, string)[] Eager = [("Ingest:BackfillInterval", "00:00:00.020"), ("Ingest:BackfillMinimumAge", "00:00:00")];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Backfill_PictureStoredButNotQueued_IsQueued()
    {
        await using var host = IngestHost.Start(_directory, Eager);
        var ids = await AddUnqueuedAsync(host, 3);

        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync("layout", default)).Waiting == 3);

        Assert.Equal(ids, await host.QueuedAsync());
    }

    [Fact]
    public async Task Backfill_NewModel_GetsEveryKnownPictureInPages()
    {
        await using (var before = IngestHost.Start(_directory))
        {
            await before.UploadAsync(Png.CreateMany(25));
        }

        await using var host = IngestHost.Start(
            _directory, [.. Eager, ("Ingest:BackfillPage", "4"), ("Models:1:Name", "second"), ("Models:1:Version", "1"), ("Models:1:Dimension", "4")]);

        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync("second", default)).Waiting == 25);
        Assert.Equal(25, (await host.Queue.CountAsync("layout", default)).Waiting);
    }

    [Fact]
    public async Task Backfill_NewVersion_GetsEveryKnownPicture()
    {
        await using (var before = IngestHost.Start(_directory))
        {
            await before.UploadAsync(Png.Create(1));
            await before.Queue.CompleteAsync(await before.Queue.ReceiveAsync("layout", 10, TimeSpan.Zero, default), default);
            await before.Store.PutVectorsAsync(IngestHost.Model, [new ImageVector(ImageId.Of(Png.Create(1)), new float[] { 1, 0, 0, 0 }, 1, [])], default);
        }

        await using var host = IngestHost.Start(_directory, [.. Eager, ("Models:0:Version", "2")]);

        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync("layout", default)).Waiting == 1);
    }

    [Fact]
    public async Task Backfill_SettledPictures_AreLeftAlone()
    {
        await using var host = IngestHost.Start(_directory, [.. Eager, ("Ingest:BackfillInterval", "00:10:00")]);
        await host.UploadAsync(Png.CreateMany(2));
        var deliveries = await host.Queue.ReceiveAsync("layout", 10, TimeSpan.Zero, default);
        await host.Store.PutVectorsAsync(IngestHost.Model, [new ImageVector(deliveries[0].Item.Id, new float[] { 1, 0, 0, 0 }, 1, [])], default);
        await host.Store.PutFailuresAsync(IngestHost.Model, [new ExtractionFailure(deliveries[1].Item.Id, 1, "It does not decode.")], default);
        await host.Queue.CompleteAsync([deliveries[0]], default);
        await host.Queue.DeadLetterAsync(deliveries[1], "It does not decode.", default);

        // A third picture shows when the sweep that must leave the other two alone has gone by.
        var third = await AddUnqueuedAsync(host, 1, first: 100);
        await using var sweeping = IngestHost.Start(_directory, Eager);
        await Eventually.BecomesTrue(async () => (await sweeping.Queue.CountAsync("layout", default)).Waiting == 1);

        Assert.Equal(third, await sweeping.QueuedAsync());
        Assert.Equal(1, (await sweeping.Queue.CountAsync("layout", default)).Dead);
    }

    [Fact]
    public async Task Backfill_LongQueue_WaitsUntilThereIsRoom()
    {
        await using var host = IngestHost.Start(
            _directory, [.. Eager, ("Ingest:BackfillPage", "5"), ("Ingest:BackfillQueueLimit", "10"), ("Queue:Lease", "01:00:00")]);
        var model = new ModelKey("layout", "1");
        var ids = await AddUnqueuedAsync(host, 40);
        var done = new HashSet<ImageId>();

        while (done.Count < 40)
        {
            var deliveries = await host.Queue.ReceiveAsync("layout", 5, TimeSpan.FromSeconds(10), default);
            Assert.NotEmpty(deliveries);
            var counts = await host.Queue.CountAsync("layout", default);
            Assert.InRange(counts.Waiting + counts.Leased, 0, 10 + 5);
            await host.Store.PutVectorsAsync(
                model, [.. deliveries.Select(delivery => new ImageVector(delivery.Item.Id, new float[] { 1, 0, 0, 0 }, 1, []))], default);
            await host.Queue.CompleteAsync(deliveries, default);
            done.UnionWith(deliveries.Select(delivery => delivery.Item.Id));
        }

        Assert.Equal(ids, done.Order());
    }

    [Fact]
    public async Task Backfill_YoungPicture_IsLeftToItsUpload()
    {
        await using var host = IngestHost.Start(_directory, [.. Eager, ("Ingest:BackfillMinimumAge", "01:00:00")]);
        await using var other = IngestHost.Start(_directory, [.. Eager, ("Models:0:Name", "other")]);
        await AddUnqueuedAsync(host, 1);

        // The other one, which does not wait, shows that a sweep has gone by.
        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync("other", default)).Waiting == 1);

        Assert.Equal(0, (await host.Queue.CountAsync("layout", default)).Waiting);
    }

    private static async Task<IReadOnlyList<ImageId>> AddUnqueuedAsync(IngestHost host, int count, int first = 0)
    {
        var ids = Png.CreateMany(count, first).Select(picture => ImageId.Of(picture)).Order().ToList();
        foreach (var id in ids)
        {
            await host.Store.AddAsync(new ImageRecord(id, "a.png", "image/png", 8, 8, 1, [], default), default);
        }

        return ids;
    }
}
