using ImageSearch.Core.Imports;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IImportStore"/> promises.</summary>
public abstract class ImportStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    protected FakeTimeProvider Clock { get; } = new();

    protected IImportStore Store { get; private set; } = null!;

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected abstract Task<IImportStore> OpenAsync();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Add_Import_IsFoundAsGiven()
    {
        var import = Import("a") with { Problems = [new ImportProblem("b", "too large")] };
        await Store.AddAsync(import, Token);
        await Store.AddAsync(import with { Total = 5 }, Token);

        AssertSame(import, await Store.FindAsync("a", Token));
        Assert.Null(await Store.FindAsync("b", Token));
    }

    [Fact]
    public async Task Add_FolderImport_HasItsFolder()
    {
        await Store.AddAsync(Import("a") with { Urls = [], Folder = "holiday" }, Token);

        Assert.Equal("holiday", (await Store.FindAsync("a", Token))!.Folder);
        Assert.Empty((await Store.FindAsync("a", Token))!.Urls);
    }

    [Fact]
    public async Task Save_PathOfTheLastFile_IsKept()
    {
        var import = Import("a") with { Urls = [], Folder = "holiday" };
        await Store.AddAsync(import, Token);
        Assert.Null((await Store.LeaseAsync("w1", Lease, Token))!.Last);

        await Store.SaveAsync(import with { Position = 1, Last = "a\nb/\uFFFD.png" }, "w1", Lease, Token);

        await Store.ReleaseAsync("a", "w1", Token);
        Assert.Equal("a\nb/\uFFFD.png", (await Store.LeaseAsync("w2", Lease, Token))!.Last);
    }

    [Fact]
    public async Task Lease_Several_OldestFirstEachOnce()
    {
        await Store.AddAsync(Import("a"), Token);
        await Store.AddAsync(Import("b"), Token);

        Assert.Equal("a", (await Store.LeaseAsync("w1", Lease, Token))?.Id);
        Assert.Equal("b", (await Store.LeaseAsync("w2", Lease, Token))?.Id);
        Assert.Null(await Store.LeaseAsync("w3", Lease, Token));
    }

    [Fact]
    public async Task Lease_ParallelWorkers_NeverShareAnImport()
    {
        for (var i = 0; i < 10; i++)
        {
            await Store.AddAsync(Import($"import{i}"), Token);
        }

        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));
        var leased = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => stores[i % 3].LeaseAsync($"w{i}", Lease, Token))));

        Assert.Equal(10, leased.OfType<ImportRecord>().Select(import => import.Id).Distinct().Count());
        Assert.Equal(10, leased.Count(import => import is not null));
    }

    [Fact]
    public async Task Save_Progress_IsWhereTheNextWorkerGoesOn()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w1", Lease, Token);
        var progress = import! with { Total = 10, Position = 4, Accepted = 2, Duplicate = 1, Rejected = 1, Problems = [new ImportProblem("x", "y")] };
        Assert.Equal(ImportSaveOutcome.Saved, await Store.SaveAsync(progress, "w1", Lease, Token));

        Clock.Advance(Lease);

        AssertSame(progress, await Store.LeaseAsync("w2", Lease, Token));
        Assert.Equal(ImportSaveOutcome.LeaseLost, await Store.SaveAsync(progress with { Position = 5 }, "w1", Lease, Token));
        Assert.Equal(4, (await Store.FindAsync("a", Token))!.Position);
    }

    [Fact]
    public async Task Save_BeforeTheLeaseEnds_ExtendsIt()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w1", Lease, Token);
        Clock.Advance(Lease * 0.8);
        Assert.Equal(ImportSaveOutcome.Saved, await Store.SaveAsync(import!, "w1", Lease, Token));
        Clock.Advance(Lease * 0.8);

        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));
    }

    [Fact]
    public async Task Save_Done_IsNeverLeasedAgain()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w1", Lease, Token);
        Assert.Equal(ImportSaveOutcome.Saved, await Store.SaveAsync(import! with { Done = true }, "w1", Lease, Token));
        Assert.Equal(ImportSaveOutcome.Saved, await Store.SaveAsync(import! with { Done = true }, "w1", Lease, Token));
        Clock.Advance(Lease * 2);

        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));
        Assert.True((await Store.FindAsync("a", Token))!.Done);
    }

    [Fact]
    public async Task Release_ByTheHolder_CanBeLeasedAtOnce()
    {
        await Store.AddAsync(Import("a"), Token);
        await Store.LeaseAsync("w1", Lease, Token);
        await Store.ReleaseAsync("a", "stranger", Token);
        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));

        await Store.ReleaseAsync("a", "w1", Token);

        Assert.Equal("a", (await Store.LeaseAsync("w2", Lease, Token))?.Id);
    }

    [Fact]
    public async Task Find_ManyUrls_HasTheFirstAndTheWorkerHasThemAll()
    {
        string[] urls = [.. Enumerable.Range(0, 1000).Select(i => $"http://example.org/{i}.jpg?ä=\"{i}\"")];
        await Store.AddAsync(Import("a") with { Urls = urls }, Token);

        Assert.Equal(urls[..1], (await Store.FindAsync("a", Token))!.Urls);
        Assert.Equal(urls[..1], Assert.Single(await Store.ListAsync(10, Token)).Urls);
        Assert.Equal(urls, (await Store.LeaseAsync("w", Lease, Token))!.Urls);
    }

    [Fact]
    public async Task List_Several_NewestFirstWithoutProblems()
    {
        Assert.Empty(await Store.ListAsync(2, Token));
        foreach (var id in new[] { "a", "b", "c" })
        {
            await Store.AddAsync(Import(id) with { Problems = [new ImportProblem("x", "y")] }, Token);
        }

        var list = await Store.ListAsync(2, Token);

        Assert.Equal(["c", "b"], list.Select(import => import.Id));
        Assert.All(list, import => Assert.Empty(import.Problems ?? []));
    }

    [Fact]
    public async Task State_OfAnImport_FollowsItsWorker()
    {
        await Store.AddAsync(Import("a"), Token);
        Assert.Equal(ImportState.Waiting, (await Store.FindAsync("a", Token))!.State);

        var import = await Store.LeaseAsync("w", Lease, Token);
        Assert.Equal(ImportState.Running, import!.State);
        Assert.Equal(ImportState.Running, Assert.Single(await Store.ListAsync(10, Token)).State);
        Clock.Advance(Lease);
        Assert.Equal(ImportState.Waiting, (await Store.FindAsync("a", Token))!.State);
        await Store.SaveAsync(import with { Done = true }, "w", Lease, Token);

        Assert.Equal(ImportState.Done, (await Store.FindAsync("a", Token))!.State);
    }

    [Fact]
    public async Task Save_Progress_HasItsTimeAndItsRate()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w", Lease, Token);
        Assert.Null(import!.Rate);
        Clock.Advance(TimeSpan.FromSeconds(5));

        await Store.SaveAsync(import with { Rate = 12.5 }, "w", Lease, Token);

        var saved = await Store.FindAsync("a", Token);
        Assert.Equal(12.5, saved!.Rate);
        // A server's clock has milliseconds, and its own pace.
        Assert.InRange(saved.UpdatedAt, Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1), Clock.GetUtcNow());
        Assert.Equal(Clock.GetUtcNow() - TimeSpan.FromSeconds(5), saved.CreatedAt);
    }

    [Fact]
    public async Task Cancel_Running_ItsWorkerHearsOfItAndNobodyTakesIt()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w", Lease, Token);

        Assert.Equal(ImportState.Cancelled, (await Store.CancelAsync("a", Token))!.State);
        Assert.Equal(ImportState.Cancelled, (await Store.CancelAsync("a", Token))!.State);

        Assert.Equal(ImportSaveOutcome.Cancelled, await Store.SaveAsync(import! with { Position = 3, Accepted = 3 }, "w", Lease, Token));
        await Store.ReleaseAsync("a", "w", Token);
        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));
        Assert.Equal((3, ImportState.Cancelled), ((await Store.FindAsync("a", Token))!.Position, (await Store.FindAsync("a", Token))!.State));
    }

    [Fact]
    public async Task Cancel_WhoseWorkerDied_IsNotTakenOver()
    {
        await Store.AddAsync(Import("a"), Token);
        await Store.LeaseAsync("w", Lease, Token);
        await Store.CancelAsync("a", Token);
        Clock.Advance(Lease * 2);

        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));
    }

    [Fact]
    public async Task Resume_Cancelled_GoesOnWhereItStopped()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w", Lease, Token);
        await Store.CancelAsync("a", Token);
        await Store.SaveAsync(import! with { Position = 3, Accepted = 3 }, "w", Lease, Token);
        await Store.ReleaseAsync("a", "w", Token);

        Assert.Equal(ImportState.Waiting, (await Store.ResumeAsync("a", Token))!.State);

        Assert.Equal(3, (await Store.LeaseAsync("w2", Lease, Token))!.Position);
        Assert.Equal(ImportState.Running, (await Store.ResumeAsync("a", Token))!.State);
    }

    [Fact]
    public async Task CancelAndResume_OfWhatIsDoneOrUnknown_ChangeNothing()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w", Lease, Token);
        await Store.SaveAsync(import! with { Done = true }, "w", Lease, Token);

        Assert.Equal(ImportState.Done, (await Store.CancelAsync("a", Token))!.State);
        Assert.Equal(ImportState.Done, (await Store.ResumeAsync("a", Token))!.State);
        Assert.Null(await Store.CancelAsync("b", Token));
        Assert.Null(await Store.ResumeAsync("b", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    public async Task Lease_OfADeadWorkerFromBeforeTheClockWasSetBack_IsTakenOver(int hours)
    {
        await Store.AddAsync(Import("a"), Token);
        Assert.NotNull(await Store.LeaseAsync("dead", Lease, Token));
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(hours));

        Assert.Equal(ImportState.Waiting, (await Store.FindAsync("a", Token))!.State);
        Assert.NotNull(await Store.LeaseAsync("living", Lease, Token));
        Assert.Equal(ImportState.Running, (await Store.FindAsync("a", Token))!.State);
        Assert.Null(await Store.LeaseAsync("another", Lease, Token));
    }

    [Fact]
    public async Task Lease_OfALivingWorkerFromBeforeTheClockWasSetBack_StaysItsOwnOnceItSaves()
    {
        await Store.AddAsync(Import("a"), Token);
        await Store.LeaseAsync("living", Lease, Token);
        Clock.AdjustTime(Clock.GetUtcNow() - TimeSpan.FromHours(1));
        Assert.Equal(ImportSaveOutcome.Saved, await Store.SaveAsync(Import("a"), "living", Lease, Token));

        Assert.Null(await Store.LeaseAsync("another", Lease, Token));
    }

    private ImportRecord Import(string id) => new(id, ["http://example.org/1.jpg"], null, ["tag"], Clock.GetUtcNow());

    private static void AssertSame(ImportRecord expected, ImportRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Urls, actual.Urls);
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected.Problems ?? [], actual.Problems ?? []);
        Assert.Equal(
            expected with { UpdatedAt = default, IsLeased = false },
            actual with { Urls = expected.Urls, Tags = expected.Tags, Problems = expected.Problems, UpdatedAt = default, IsLeased = false });
    }
}
