using ImageSearch.Core.Imports;

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
        Assert.True(await Store.SaveAsync(progress, "w1", Lease, Token));

        Clock.Advance(Lease);

        AssertSame(progress, await Store.LeaseAsync("w2", Lease, Token));
        Assert.False(await Store.SaveAsync(progress with { Position = 5 }, "w1", Lease, Token));
        Assert.Equal(4, (await Store.FindAsync("a", Token))!.Position);
    }

    [Fact]
    public async Task Save_BeforeTheLeaseEnds_ExtendsIt()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w1", Lease, Token);
        Clock.Advance(Lease * 0.8);
        Assert.True(await Store.SaveAsync(import!, "w1", Lease, Token));
        Clock.Advance(Lease * 0.8);

        Assert.Null(await Store.LeaseAsync("w2", Lease, Token));
    }

    [Fact]
    public async Task Save_Done_IsNeverLeasedAgain()
    {
        await Store.AddAsync(Import("a"), Token);
        var import = await Store.LeaseAsync("w1", Lease, Token);
        Assert.True(await Store.SaveAsync(import! with { Done = true }, "w1", Lease, Token));
        Assert.True(await Store.SaveAsync(import! with { Done = true }, "w1", Lease, Token));
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

    private ImportRecord Import(string id) => new(id, ["http://example.org/1.jpg"], null, ["tag"], Clock.GetUtcNow());

    private static void AssertSame(ImportRecord expected, ImportRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Urls, actual.Urls);
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected.Problems ?? [], actual.Problems ?? []);
        Assert.Equal(expected, actual with { Urls = expected.Urls, Tags = expected.Tags, Problems = expected.Problems });
    }
}
