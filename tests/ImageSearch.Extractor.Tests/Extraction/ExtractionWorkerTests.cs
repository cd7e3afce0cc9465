using System.Collections.Concurrent;
using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Core.Fingerprints;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Extractor.Tests.Extraction;

/// <summary>The whole service on the real embedded backend; only blob reads can be made to fail or wait.</summary>
public sealed class ExtractionWorkerTests : IAsyncLifetime
{
    private const string Model = "layout";

    private ExtractorHost _host = null!;
    private GatedBlobStore _blobs = null!;

    [Fact]
    public async Task Work_Pictures_AreIndexed()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(seed => _host.AddAsync(GeneratedPicture.Jpeg(seed), Model)));

        foreach (var id in ids)
        {
            var extraction = await Ended(id);
            Assert.Equal((ImageState.Indexed, 1), (extraction.State, extraction.Attempts));
            var vector = await _host.Store.FindVectorAsync(new ModelKey(Model, "1"), id, default);
            Assert.Equal(Declarations.LayoutDimension, vector!.Vector.Length);
            Assert.NotNull(PictureFingerprint.Read(vector.Fingerprint.Span));
        }

        await QueueBecomes(new QueueCounts(0, 0, 0));
    }

    [Fact]
    public async Task Work_PoisonAmongOthers_FailsAloneWithItsReason()
    {
        var good = await _host.AddAsync(GeneratedPicture.Jpeg(1), Model);
        var poison = await _host.AddAsync(GeneratedPicture.Jpeg(2)[..3000], Model);
        var text = await _host.AddAsync("no picture"u8.ToArray(), Model);
        var other = await _host.AddAsync(GeneratedPicture.Jpeg(3), Model);

        Assert.Equal(ImageState.Indexed, (await Ended(good)).State);
        Assert.Equal(ImageState.Indexed, (await Ended(other)).State);
        var failure = await Ended(poison);
        Assert.Equal((ImageState.Failed, 1), (failure.State, failure.Attempts));
        Assert.Contains("truncated or damaged", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("no picture of a supported format", (await Ended(text)).Reason, StringComparison.Ordinal);
        await QueueBecomes(new QueueCounts(0, 0, 2));
    }

    [Fact]
    public async Task Work_ContentMissing_Fails()
    {
        var content = GeneratedPicture.Jpeg(1);
        var id = await _host.RecordAsync(content);
        await _host.Blobs.DeleteAsync(BlobKeys.Image(id), default);
        await _host.Queue.PublishAsync([Model], [new WorkItem(id)], default);
        Assert.Contains("missing", (await Ended(id)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_PictureDeletedBefore_IsForgotten()
    {
        await _host.Queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], default);
        await QueueBecomes(new QueueCounts(0, 0, 0));
        Assert.Null(await _host.ExtractionAsync(Samples.Id(1)));
    }

    [Fact]
    public async Task Work_PictureDeletedMeanwhile_LeavesNothing()
    {
        var (id, gate) = await AddHeldAsync(GeneratedPicture.Jpeg(1));
        await _host.Store.DeleteAsync(id, default);
        gate.SetResult();
        await QueueBecomes(new QueueCounts(0, 0, 0));
        Assert.Null(await _host.Store.FindVectorAsync(new ModelKey(Model, "1"), id, default));
        Assert.Null(await _host.ExtractionAsync(id));
    }

    [Fact]
    public async Task Work_BlobStoreAway_IsTriedAgain()
    {
        var content = GeneratedPicture.Jpeg(1);
        _blobs.Fail(BlobKeys.Image(ImageId.Of(content)), 2);
        var extraction = await Ended(await _host.AddAsync(content, Model));
        Assert.Equal((ImageState.Indexed, 3), (extraction.State, extraction.Attempts));
    }

    [Fact]
    public async Task Work_BlobStoreIsAway_IsNoAttempt()
    {
        var content = GeneratedPicture.Jpeg(1);
        _blobs.Fail(BlobKeys.Image(ImageId.Of(content)), 2, new BackendUnavailableException("The blob store does not answer."));

        var extraction = await Ended(await _host.AddAsync(content, Model));

        Assert.Equal((ImageState.Indexed, 1), (extraction.State, extraction.Attempts));
    }

    [Theory]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(TimeoutException))]
    public async Task Work_BlobStoreIsSlow_IsNoAttempt(Type failure)
    {
        var content = GeneratedPicture.Jpeg(1);
        _blobs.Fail(BlobKeys.Image(ImageId.Of(content)), 4, (Exception)Activator.CreateInstance(failure)!);

        var extraction = await Ended(await _host.AddAsync(content, Model));

        Assert.Equal((ImageState.Indexed, 1), (extraction.State, extraction.Attempts));
    }

    [Fact]
    public async Task Work_ResultCannotBeStoredForLong_IsNeitherLostNorCounted()
    {
        var settings = Settings();
        settings["Queue:Lease"] = "00:00:01";
        var isFull = false;
        await using var host = await ExtractorHost.StartAsync(
            settings,
            services =>
            {
                Replace(services);
                StorageSwitch.Add(services, () => Volatile.Read(ref isFull));
            });
        var content = GeneratedPicture.Jpeg(1);
        var gate = ((GatedBlobStore)host.Blobs).Hold(BlobKeys.Image(ImageId.Of(content)));
        var id = await host.AddAsync(content, Model);
        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync(Model, default)).Leased == 1);

        // As on a full disk: neither the vector nor the work's return can be written, for several leases.
        Volatile.Write(ref isFull, true);
        gate.SetResult();
        var refused = Stopwatch.StartNew();
        await Eventually.BecomesTrue(() => refused.Elapsed > TimeSpan.FromSeconds(4));
        Volatile.Write(ref isFull, false);

        await Eventually.BecomesTrue(async () => (await host.ExtractionAsync(id))?.State == ImageState.Indexed, TimeSpan.FromSeconds(40));
        Assert.Equal(1, (await host.ExtractionAsync(id))!.Attempts);
        await Eventually.BecomesTrue(async () => await host.Queue.CountAsync(Model, default) == default, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Work_StoredCopyDamaged_IsNotBlamedOnThePicture()
    {
        var content = GeneratedPicture.Jpeg(1);
        var id = await _host.RecordAsync(content);
        await _host.Blobs.PutAsync(BlobKeys.Image(id), content.AsMemory(0, 3000), default);
        await _host.Queue.PublishAsync([Model], [new WorkItem(id)], default);

        Assert.Contains("stored copy of this picture is damaged", (await Ended(id)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_BlobStoreAwayForGood_IsGivenUp()
    {
        var content = GeneratedPicture.Jpeg(1);
        _blobs.Fail(BlobKeys.Image(ImageId.Of(content)), int.MaxValue);
        var extraction = await Ended(await _host.AddAsync(content, Model));
        Assert.Equal((ImageState.Failed, 3), (extraction.State, extraction.Attempts));
        Assert.Contains("tried 3 times", extraction.Reason, StringComparison.Ordinal);
        await QueueBecomes(new QueueCounts(0, 0, 1));
    }

    [Fact]
    public async Task Work_WorkerDiedOnIt_IsTriedAloneAndSucceeds()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(seed => _host.RecordAsync(GeneratedPicture.Jpeg(seed))));
        // The worker that runs is not to see them before the earlier one has died on them.
        await _host.StopAsync();
        using var earlier = new EarlierWorker(_host.DataDirectory);
        await earlier.Queue.PublishAsync([Model], [.. ids.Select(id => new WorkItem(id))], default);
        await earlier.DieAsync(Model, 1);
        await using var next = await OnSameData();

        foreach (var id in ids)
        {
            await Eventually.BecomesTrue(async () => (await next.ExtractionAsync(id))?.State == ImageState.Indexed);
            Assert.Equal(2, (await next.ExtractionAsync(id))!.Attempts);
        }

        Assert.Equal(1, ((GatedBlobStore)next.Blobs).MostAtOnce);
    }

    [Fact]
    public async Task Work_WorkerDiedTooOften_IsGivenUpWithoutTouchingIt()
    {
        var killer = await _host.RecordAsync(GeneratedPicture.Jpeg(1));
        await _host.StopAsync();
        using var earlier = new EarlierWorker(_host.DataDirectory);
        await earlier.Queue.PublishAsync([Model], [new WorkItem(killer)], default);
        await earlier.DieAsync(Model, 3);
        await using var next = await OnSameData();

        await Eventually.BecomesTrue(async () => (await next.ExtractionAsync(killer))?.State == ImageState.Failed);
        Assert.Contains("begun 3 times and never finished", (await next.ExtractionAsync(killer))!.Reason, StringComparison.Ordinal);
        Assert.Equal(0, ((GatedBlobStore)next.Blobs).Reads(BlobKeys.Image(killer)));
    }

    [Fact]
    public async Task Work_StoredBeforeTheWorkerDied_IsNotRepeated()
    {
        var id = await _host.RecordAsync(GeneratedPicture.Jpeg(1));
        await _host.Store.PutVectorsAsync(new ModelKey(Model, "1"), [new ImageVector(id, Samples.Floats(1, Declarations.LayoutDimension), 1, [])], default);
        await _host.StopAsync();
        using var earlier = new EarlierWorker(_host.DataDirectory);
        await earlier.Queue.PublishAsync([Model], [new WorkItem(id)], default);
        await earlier.DieAsync(Model, 1);
        await using var next = await OnSameData();

        await Eventually.BecomesTrue(async () => await next.Queue.CountAsync(Model, default) == default);
        Assert.Equal(0, ((GatedBlobStore)next.Blobs).Reads(BlobKeys.Image(id)));
    }

    [Fact]
    public async Task Work_QueuedAgainThoughItHasItsOutcome_IsDroppedWithoutTouchingIt()
    {
        var indexed = await _host.RecordAsync(GeneratedPicture.Jpeg(1));
        var failed = await _host.RecordAsync(GeneratedPicture.Jpeg(2));
        await _host.Store.PutVectorsAsync(new ModelKey(Model, "1"), [new ImageVector(indexed, Samples.Floats(1, Declarations.LayoutDimension), 1, [])], default);
        await _host.Store.PutFailuresAsync(new ModelKey(Model, "1"), [new ExtractionFailure(failed, 3, "It was given up.")], default);

        await _host.Queue.PublishAsync([Model], [new WorkItem(indexed), new WorkItem(failed)], default);

        await QueueBecomes(new QueueCounts(0, 0, 0));
        Assert.All(new[] { indexed, failed }, id => Assert.Equal(0, _blobs.Reads(BlobKeys.Image(id))));
        Assert.Equal((ImageState.Failed, "It was given up."), ((await Ended(failed)).State, (await Ended(failed)).Reason));
        Assert.Equal(ImageState.Indexed, (await Ended(indexed)).State);
    }

    [Fact]
    public async Task Stop_WorkInHand_GoesBackUncounted()
    {
        var (id, _) = await AddHeldAsync(GeneratedPicture.Jpeg(1));
        await _host.StopAsync();

        await using var next = await OnSameData();
        await Eventually.BecomesTrue(async () => (await next.ExtractionAsync(id))?.State == ImageState.Indexed);
        Assert.Equal(1, (await next.ExtractionAsync(id))!.Attempts);
    }

    [Fact]
    public async Task Work_LongerThanALease_KeepsIt()
    {
        var settings = Settings();
        settings["Queue:Lease"] = "00:00:04";
        await using var host = await ExtractorHost.StartAsync(settings, Replace);
        var content = GeneratedPicture.Jpeg(1);
        var gate = ((GatedBlobStore)host.Blobs).Hold(BlobKeys.Image(ImageId.Of(content)));
        var id = await host.AddAsync(content, Model);
        await Eventually.BecomesTrue(async () => (await host.Queue.CountAsync(Model, default)).Leased == 1);
        var held = Stopwatch.StartNew();
        await Eventually.BecomesTrue(() => held.Elapsed > TimeSpan.FromSeconds(6));

        // Without renewal the picture would be anyone's by now.
        Assert.Empty(await host.Queue.ReceiveAsync(Model, 1, TimeSpan.Zero, default));
        gate.SetResult();
        await Eventually.BecomesTrue(async () => (await host.ExtractionAsync(id))?.State == ImageState.Indexed);
        Assert.Equal(1, (await host.ExtractionAsync(id))!.Attempts);
    }

    [Fact]
    public async Task Work_TraceOfTheUpload_IsContinued()
    {
        var activities = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ImageSearch.Extractor",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var trace = ActivityTraceId.CreateRandom();

        await Ended(await _host.AddAsync(GeneratedPicture.Jpeg(1), Model, $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));

        await Eventually.BecomesTrue(() => activities.Any(activity => activity.TraceId == trace && activity.OperationName == "extract"));
    }

    public async ValueTask InitializeAsync()
    {
        _host = await ExtractorHost.StartAsync(Settings(), Replace);
        _blobs = (GatedBlobStore)_host.Blobs;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static Dictionary<string, string?> Settings()
    {
        var settings = Declarations.Layout();
        settings["Extractor:MaximumAttempts"] = "3";
        return settings;
    }

    private static void Replace(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IBlobStore));
        services.AddSingleton<IBlobStore>(provider => new GatedBlobStore((IBlobStore)registered.ImplementationFactory!(provider)));
    }

    private async Task<ExtractorHost> OnSameData()
    {
        var settings = Settings();
        settings["Data:Directory"] = _host.DataDirectory;
        return await ExtractorHost.StartAsync(settings, Replace);
    }

    private async Task<(ImageId Id, TaskCompletionSource Gate)> AddHeldAsync(byte[] content)
    {
        var key = BlobKeys.Image(ImageId.Of(content));
        var gate = _blobs.Hold(key);
        var id = await _host.AddAsync(content, Model);
        await Eventually.BecomesTrue(() => _blobs.Reads(key) == 1);
        return (id, gate);
    }

    private async Task<Core.Store.Extraction> Ended(ImageId id)
    {
        await Eventually.BecomesTrue(async () => (await _host.ExtractionAsync(id))?.State is ImageState.Indexed or ImageState.Failed);
        return (await _host.ExtractionAsync(id))!;
    }

    private Task QueueBecomes(QueueCounts counts) => Eventually.BecomesTrue(async () => await _host.Queue.CountAsync(Model, default) == counts);
}
