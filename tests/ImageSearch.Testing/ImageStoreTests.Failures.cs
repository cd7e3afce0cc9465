using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>This part: lists of what failed.</summary>
public abstract partial class ImageStoreTests
{
    private static readonly ModelKey Second = new("second", "3");

    [Fact]
    public async Task ListFailures_Pages_LatestFirstEachOnce()
    {
        for (var i = 0; i < 6; i++)
        {
            await FailAsync(i, i % 2 == 0 ? Samples.Model : Second, $"reason {i % 3}");
            await TickAsync();
        }

        var all = await ListFailuresAsync(FailureFilter.All, 4);

        Assert.Equal(Enumerable.Range(0, 6).Reverse().Select(Samples.Id), all.Select(failure => failure.Id));
        var last = all[0];
        Assert.Equal((Second, ImageState.Failed, 3, "reason 2"), (last.Model, last.State, last.Attempts, last.Reason));
        Assert.InRange(last.At, DateTimeOffset.UnixEpoch, await NowAsync());
    }

    [Fact]
    public async Task ListFailures_OfOneMoment_StillEachOnce()
    {
        for (var i = 0; i < 25; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        foreach (var model in new[] { Samples.Model, Second })
        {
            await Store.PutFailuresAsync(model, [.. Enumerable.Range(0, 25).Select(i => new ExtractionFailure(Samples.Id(i), 1, "broken"))], Token);
        }

        var all = await ListFailuresAsync(FailureFilter.All, 7);

        Assert.Equal(50, all.Count);
        Assert.Equal(50, all.Select(failure => (failure.Id, failure.Model)).Distinct().Count());
    }

    [Fact]
    public async Task ListFailures_WithAFilter_OnlyThose()
    {
        await FailAsync(1, Samples.Model, "broken");
        await FailAsync(2, Samples.Model, "too large");
        await FailAsync(1, Second, "broken");
        await FailAsync(3, Samples.Model with { Version = "old" }, "broken");

        Assert.Equal(4, (await ListFailuresAsync(FailureFilter.All)).Count);
        Assert.Equal([(Samples.Id(1), Second)], await ListAsync(new FailureFilter { Models = [Second] }));
        Assert.Equal([(Samples.Id(1), Samples.Model)], await ListAsync(new FailureFilter { Models = [Samples.Model], Reason = "broken" }));
        Assert.Equal([(Samples.Id(2), Samples.Model)], await ListAsync(new FailureFilter { Ids = [Samples.Id(2), Samples.Id(9)] }));
        Assert.Empty(await ListAsync(new FailureFilter { Ids = [] }));
        Assert.Empty(await ListAsync(new FailureFilter { Models = [] }));
        Assert.Empty(await ListAsync(new FailureFilter { Reason = "Broken" }));
        Assert.Empty(await ListAsync(new FailureFilter { Models = [new("nobody", "1")] }));

        async Task<IEnumerable<(ImageId, ModelKey)>> ListAsync(FailureFilter filter) =>
            (await ListFailuresAsync(filter)).Select(failure => (failure.Id, failure.Model));
    }

    [Fact]
    public async Task ListFailures_RetriedIndexedOrDeleted_AreNotAmongThem()
    {
        foreach (var i in new[] { 1, 2, 3, 4 })
        {
            await FailAsync(i, Samples.Model, "broken");
        }

        await Store.ResetFailuresAsync(new FailureFilter { Ids = [Samples.Id(1)] }, 10, Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(2)], Token);
        await Store.DeleteAsync(Samples.Id(3), Token);

        Assert.Equal([Samples.Id(4)], (await ListFailuresAsync(FailureFilter.All)).Select(failure => failure.Id));
        Assert.Equal([new FailureReason("broken", 1)], await Store.CountFailuresAsync(FailureFilter.All, 10, Token));
    }

    [Fact]
    public async Task CountFailures_MostFrequentFirst_OverTheModelsAsked()
    {
        for (var i = 0; i < 5; i++)
        {
            await FailAsync(i, Samples.Model, i < 3 ? "a" : "b");
            await FailAsync(i, Second, "b");
        }

        Assert.Equal([new FailureReason("b", 7), new FailureReason("a", 3)], await Store.CountFailuresAsync(FailureFilter.All, 10, Token));
        Assert.Equal([new FailureReason("b", 7)], await Store.CountFailuresAsync(FailureFilter.All, 1, Token));
        Assert.Equal([new FailureReason("a", 3), new FailureReason("b", 2)], await Store.CountFailuresAsync(new FailureFilter { Models = [Samples.Model] }, 10, Token));
        Assert.Equal([new FailureReason("a", 3)], await Store.CountFailuresAsync(new FailureFilter { Reason = "a" }, 10, Token));
        Assert.Empty(await Store.CountFailuresAsync(new FailureFilter { Models = [new("nobody", "1")] }, 10, Token));
    }

    [Fact]
    public async Task ResetFailures_WithAReason_LeavesTheOthers()
    {
        await FailAsync(1, Samples.Model, "broken");
        await FailAsync(2, Samples.Model, "too large");

        Assert.Equal([new FailedExtraction(Samples.Id(2), Samples.Model.Name)], await Store.ResetFailuresAsync(new FailureFilter { Reason = "too large" }, 10, Token));

        Assert.Equal([Samples.Id(1)], (await ListFailuresAsync(FailureFilter.All)).Select(failure => failure.Id));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1-2")]
    [InlineData("-1-2-3")]
    [InlineData("99999999999999999999-1-1")]
    public async Task ListFailures_ForeignCursor_IsAFormatException(string cursor) =>
        await Assert.ThrowsAsync<FormatException>(() => Store.ListFailuresAsync(FailureFilter.All, 10, cursor, Token));

    /// <summary>Lets time pass that the order of failures shows.</summary>
    protected virtual Task TickAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    private async Task FailAsync(int number, ModelKey model, string reason)
    {
        await Store.AddAsync(Samples.Image(number), Token);
        await Store.PutFailuresAsync(model, [new ExtractionFailure(Samples.Id(number), 3, reason)], Token);
    }

    private async Task<List<Extraction>> ListFailuresAsync(FailureFilter filter, int limit = 10)
    {
        var all = new List<Extraction>();
        string? cursor = null;
        do
        {
            var page = await Store.ListFailuresAsync(filter, limit, cursor, Token);
            Assert.True(page.Failures.Count <= limit);
            all.AddRange(page.Failures);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }
}
