using ImageSearch.Client.Tests.Support;
using ImageSearch.Core.Store;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Client.Tests;

public sealed class EventsTests : ClientTest
{
    protected override (string Key, string? Value)[] Settings => [("Events:PollInterval", "00:00:00.010"), ("Events:SearchableAfter", "00:00:00")];

    [Fact]
    public async Task Images_AreToldOfAsTheyBecomeSearchableOrFail()
    {
        var (good, bad, gone) = (GeneratedPicture.Png(1, 32, 32), GeneratedPicture.Png(2, 32, 32), ImageId.Parse(new string('0', 64)));
        await System.AddAsync(good, "good.png");
        await System.AddAsync(bad, "bad.png", indexed: false);
        var badId = ImageId.Of(bad);
        List<ImageEvent> events = [];

        await foreach (var happened in Client.Images.WatchAsync([ImageId.Of(good), badId, gone], Token))
        {
            events.Add(happened);
            if (events.Count == 3)
            {
                await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(badId, 1, "broken")], Token);
                await System.Store.PutFailuresAsync(WebSystem.Other.Key, [new ExtractionFailure(badId, 1, "broken, too")], Token);
            }
        }

        Assert.Contains(new ImageGone(gone), events[..3]);
        Assert.Contains(new ImageSearchable(ImageId.Of(good), "layout", "1"), events[..3]);
        Assert.Contains(new ImageSearchable(ImageId.Of(good), "other", "7"), events[..3]);
        Assert.Equal([new ImageFailed(badId, "layout", "broken"), new ImageFailed(badId, "other", "broken, too")], events[3..]);
    }

    [Fact]
    public async Task Import_IsFollowedToItsEnd()
    {
        var started = await Client.Imports.StartAsync(["https://example.org/a.png", "https://example.org/b.png"], ["pets"], Token);
        List<ImportStatus> states = [];

        await foreach (var status in Client.Imports.WatchAsync(started.Id, Token))
        {
            states.Add(status);
            if (!status.Done)
            {
                System.Ingest.Imports.AddOrUpdate(started.Id, _ => null!, (_, import) => import with { Accepted = 2, Done = true });
            }
        }

        Assert.Equal((0, 2), (states[0].Accepted, states[^1].Accepted));
        Assert.Equal([false, true], states.Select(status => status.Done));
        Assert.Equal("https://example.org/a.png", (await Client.Imports.ListAsync(Token)).Single().Name);
    }

    [Fact]
    public async Task Import_IsCancelledAndResumed()
    {
        var started = await Client.Imports.StartAsync(["https://example.org/a.png"], cancellationToken: Token);

        var cancelled = await Client.Imports.CancelAsync(started.Id, Token);
        var watched = await Client.Imports.WatchAsync(started.Id, Token).LastAsync(Token);
        var resumed = await Client.Imports.ResumeAsync(started.Id, Token);

        Assert.Equal((ImportState.Cancelled, ImportState.Cancelled, ImportState.Waiting), (cancelled.State, watched.State, resumed.State));
    }

    [Fact]
    public async Task Watching_EndsWithItsToken()
    {
        var picture = GeneratedPicture.Png(1, 32, 32);
        await System.AddAsync(picture, "a.png", indexed: false);
        using var stop = new CancellationTokenSource();
        var events = Client.Images.WatchAsync([ImageId.Of(picture)], stop.Token).GetAsyncEnumerator(Token);

        var next = events.MoveNextAsync().AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await events.DisposeAsync();
    }
}
