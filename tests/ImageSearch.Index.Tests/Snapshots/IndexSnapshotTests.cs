using ImageSearch.Core.Store;
using ImageSearch.Index.Following;
using ImageSearch.Index.Search;
using ImageSearch.Index.Snapshots;
using ImageSearch.Index.Tests.Search;

namespace ImageSearch.Index.Tests.Snapshots;

/// <summary>What every kind of index promises of being saved and loaded; each derives this.</summary>
public abstract class IndexSnapshotTests : IDisposable
{
    private static readonly IndexKind Kind = new("Any", new Dictionary<string, long>());
    private static readonly SnapshotIdentity Identity = new("layout", "1", 2048, 0, 1);

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Large, so that a history of some thousand rows fills, empties and drops segments.</summary>
    internal const int Dimension = 2048;

    private string File => _directory.Combine(Identity.FileName);

    protected string MappedDirectory => _directory.Path;

    internal abstract SegmentedIndex Create(int dimension = Dimension);

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Load_AnyHistory_IsWhatWasSaved(int pages)
    {
        var (index, history) = Grow(pages);
        var loaded = Load(Save(index));

        IndexHistory.AssertHolds(history.Truth, loaded);
        Assert.Equal(States(index), States(loaded));
        for (var seed = 0; seed < 10; seed++)
        {
            var query = Vectors.Unit(Dimension, seed);
            Assert.Equal(index.Search(query, new SearchOptions(20), default), loaded.Search(query, new SearchOptions(20), default));
            Assert.Equal(index.Search(query, new SearchOptions(20, Tag: "dog"), default), loaded.Search(query, new SearchOptions(20, Tag: "dog"), default));
        }
    }

    [Fact]
    public void Apply_ToALoadedIndex_GoesOnAsBefore()
    {
        var (index, history) = Grow(20);
        var loaded = Load(Save(index));
        for (var step = 0; step < 20; step++)
        {
            loaded.Apply(history.NextPage());
        }

        IndexHistory.AssertHolds(history.Truth, loaded);
        IndexHistory.AssertHolds(history.Truth, Load(Save(loaded)));
    }

    [Fact]
    public async Task Promote_WhileChangesArrive_LosesNothingAndLeavesTheFile()
    {
        var (index, history) = Grow(30);
        var loaded = Load(Save(index));
        var state = new IndexState(loaded, TimeProvider.System);
        var writer = new IndexWriter(state, loaded, Kind);
        writer.Start(loaded, Kind, default, serve: true);
        Assert.NotEqual(0, CopiedColumns.BytesToCopy(loaded));
        var before = loaded.Current.Parts.Index().Where(part => part.Item.Segment is { } full && part.Item.Rows == full.Capacity)
            .ToDictionary(part => part.Index, part => part.Item.Segment!);
        var copying = Task.Run(() => IndexMaintenance.CopyToMemory(writer, default));
        for (var step = 0; step < 20; step++)
        {
            writer.Apply(new ChangePage(history.NextPage(50), new ChangeCursor($"{step}"), true, default));
        }

        await copying;

        Assert.Equal(0, CopiedColumns.BytesToCopy(loaded));
        Assert.All(before, slot => Assert.True(loaded.Current.Parts[slot.Key].Segment is not { } now || now == slot.Value || now.SaveState().SequenceEqual(slot.Value.SaveState())));
        IndexHistory.AssertHolds(history.Truth, loaded);
        System.IO.File.Delete(File);
        IndexHistory.AssertHolds(history.Truth, Load(Save(loaded)));
    }

    [Fact]
    public async Task Save_WhileChangesArrive_IsTheStateOfOneVersion()
    {
        var (index, history) = Grow(10);
        var writer = new IndexWriter(new IndexState(index, TimeProvider.System), index, Kind);
        var truths = new Dictionary<string, Dictionary<ImageId, VectorChange>> { [""] = new(history.Truth) };
        using var done = new CancellationTokenSource();
        var saves = 0;
        var applying = Task.Run(() =>
        {
            for (var step = 1; step <= 40 || (Volatile.Read(ref saves) < 3 && step < 5000); step++)
            {
                var page = history.NextPage(60);
                lock (truths)
                {
                    truths[$"{step}"] = new(history.Truth);
                }

                writer.Apply(new ChangePage(page, new ChangeCursor($"{step}"), true, default));
            }

            done.Cancel();
        });

        do
        {
            var view = writer.View();
            IndexSaver.Save(view, File, Identity, DateTimeOffset.UnixEpoch, _ => { });
            var loaded = Load(view.Position);
            lock (truths)
            {
                IndexHistory.AssertHolds(truths[view.Position ?? ""], loaded);
            }

            Interlocked.Increment(ref saves);
        }
        while (!done.IsCancellationRequested);

        await applying;
        Assert.True(saves > 1);
    }

    [Fact]
    public async Task Save_InTheMiddle_NeitherApplyNorSearchWaits()
    {
        var (index, history) = Grow(20);
        var writer = new IndexWriter(new IndexState(index, TimeProvider.System), index, Kind);
        var before = new Dictionary<ImageId, VectorChange>(history.Truth);
        var view = writer.View();
        var waited = 0;

        // In the middle of the file, until the index has changed and the change has been found: if that waited for the file, it would be for ever.
        await Task.Run(
            () => IndexSaver.Save(view, File, Identity, DateTimeOffset.UnixEpoch, _ =>
            {
                waited++;
                var page = history.NextPage();
                Assert.True(Task.Run(() => writer.Apply(new ChangePage(page, new ChangeCursor("1"), true, default))).Wait(TimeSpan.FromSeconds(20)));
                Assert.Equal(history.Truth.Count, index.Count);
            }),
            TestContext.Current.CancellationToken);

        Assert.True(waited > 1, "the index is too small for this test");
        IndexHistory.AssertHolds(before, Load(null));
        IndexHistory.AssertHolds(history.Truth, index);
    }

    [Fact]
    public void Load_AnythingDamaged_IsRefusedOrTheSame()
    {
        var (index, history) = Grow(3, dimension: 64, ids: 300);
        Save(index);
        var sound = System.IO.File.ReadAllBytes(File);
        var random = new Random(1);
        for (var round = 0; round < 60; round++)
        {
            var damaged = sound.ToArray();
            var offset = random.Next(damaged.Length);
            damaged.AsSpan(offset, random.Next(1, Math.Min(5000, damaged.Length - offset + 1))).Fill((byte)random.Next(256));
            System.IO.File.WriteAllBytes(File, random.Next(3) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            SegmentedIndex loaded;
            try
            {
                loaded = Load(null, 64);
            }
            catch (InvalidSnapshotException)
            {
                continue;
            }

            IndexHistory.AssertHolds(history.Truth, loaded); // nothing was hit but the space between sections
        }
    }

    /// <summary>What segments keep beside columns; a search without it may be wrong only now and then.</summary>
    private static byte[]?[] States(SegmentedIndex index) => [.. index.Current.Parts.Select(part => part.Segment?.SaveState())];

    private (SegmentedIndex Index, IndexHistory History) Grow(int pages, int dimension = Dimension, int ids = 3000)
    {
        var history = new IndexHistory(dimension, pages, ids);
        var index = Create(dimension);
        for (var i = 0; i < pages; i++)
        {
            index.Apply(history.NextPage());
        }

        return (index, history);
    }

    private string? Save(SegmentedIndex index)
    {
        var view = new IndexWriter(new IndexState(index, TimeProvider.System), index, Kind).View();
        IndexSaver.Save(view, File, Identity, DateTimeOffset.UnixEpoch, _ => { });
        return view.Position;
    }

    private SegmentedIndex Load(string? position, int dimension = Dimension)
    {
        using var reader = SnapshotReader.Open(File);
        reader.Verify(2, TestContext.Current.CancellationToken);
        Assert.Equal(position, reader.Header.Position);
        return IndexLoader.Load(reader, _ => Create(dimension));
    }
}
