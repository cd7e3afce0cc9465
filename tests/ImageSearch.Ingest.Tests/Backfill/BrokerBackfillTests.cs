using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests.Backfill;

/// <summary>The store is the truth: whatever a broker did not take or has forgotten is queued again, and what it has is not.</summary>
public sealed class BrokerBackfillTests : IDisposable
{
    private static readonly (string, string)[] Eager = [("Ingest:BackfillInterval", "00:00:00.020"), ("Ingest:BackfillMinimumAge", "00:00:00")];

    private readonly TemporaryDirectory _directory = new();
    private readonly ForgetfulBroker _broker = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Upload_BrokerAway_IsAcceptedAndQueuedOnceItIsBack()
    {
        await using var host = Start(Eager);
        _broker.IsAway = true;

        await host.UploadAsync(Png.CreateMany(5));
        Assert.Equal(5, await host.Store.CountAsync(default));
        _broker.IsAway = false;

        await Eventually.BecomesTrue(() => _broker.Published == 5);
        Assert.Equal(Ids(5), _broker.Waiting.Order());
    }

    [Fact]
    public async Task Upload_DuplicateWhileTheBrokerIsAway_IsAccepted()
    {
        await using var host = Start();
        await host.UploadAsync(Png.CreateMany(1));
        _broker.IsAway = true;

        var image = Assert.Single((await host.UploadAsync(Png.CreateMany(1))).Images);

        Assert.Equal(UploadState.Duplicate, image.State);
    }

    [Fact]
    public async Task Broker_CameBackEmpty_WhatHasNoOutcomeIsQueuedAgain()
    {
        await UploadAsync(Png.CreateMany(20));
        await using var host = Start([.. Eager, ("Ingest:BackfillPage", "4")]);
        await host.Store.PutVectorsAsync(IngestHost.Model, [.. Ids(20).Take(5).Select(id => new ImageVector(id, new float[] { 1, 0, 0, 0 }, 1, []))], default);
        await host.Store.PutFailuresAsync(IngestHost.Model, [.. Ids(20).Skip(5).Take(5).Select(id => new ExtractionFailure(id, 1, "It does not decode."))], default);

        _broker.LoseEverything();

        await Eventually.BecomesTrue(() => _broker.Waiting.Count == 10);
        Assert.Equal(Ids(20).Skip(10), _broker.Waiting.Order());
    }

    [Fact]
    public async Task Sweep_WorkThatWaits_IsNotQueuedAgain()
    {
        await UploadAsync(Png.CreateMany(10));
        await using var host = Start(Eager);

        await SeveralSweepsAsync();

        Assert.Equal(10, _broker.Published);
    }

    [Fact]
    public async Task Sweep_SeveralReplicas_QueueEachPictureOnce()
    {
        await UploadAsync(Png.CreateMany(30));
        await using var host = Start(Eager);
        await using var other = Start(Eager);

        for (var losses = 1; losses <= 5; losses++)
        {
            _broker.LoseEverything();
            await Eventually.BecomesTrue(() => _broker.Waiting.Count >= 30);
            await SeveralSweepsAsync();

            Assert.Equal(Ids(30), _broker.Waiting.Order());
        }
    }

    [Fact]
    public async Task Sweep_QueueIsLong_WaitsUntilItIsShort()
    {
        await UploadAsync(Png.CreateMany(10));
        _broker.IsAway = true;
        await UploadAsync(Png.CreateMany(5, first: 100));
        _broker.IsAway = false;
        await using var host = Start([.. Eager, ("Ingest:BackfillPage", "10")]);

        await SeveralSweepsAsync();
        Assert.Equal(10, _broker.Published);

        _broker.LoseEverything();
        await Eventually.BecomesTrue(() => _broker.Waiting.Count == 15);
    }

    private static IEnumerable<ImageId> Ids(int count) => Png.CreateMany(count).Select(picture => ImageId.Of(picture)).Order();

    private IngestHost Start(params (string, string)[] settings) => IngestHost.Start(_directory, services => services.AddSingleton<IWorkQueue>(_broker), settings);

    /// <summary>By a process that does not sweep: a sweep in the middle of an upload of no minimum age queues what the upload is about to.</summary>
    private async Task UploadAsync(IEnumerable<byte[]> pictures)
    {
        await using var host = Start();
        await host.UploadAsync(pictures);
    }

    private Task SeveralSweepsAsync()
    {
        var looks = _broker.Looks;
        return Eventually.BecomesTrue(() => _broker.Looks >= looks + 20);
    }
}
