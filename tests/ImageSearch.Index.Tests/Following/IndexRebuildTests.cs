using ImageSearch.Core.Store;
using ImageSearch.Index.Following;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Tests.Search;
using ImageSearch.Index.Tests.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Tests.Following;

public sealed class IndexRebuildTests
{
    private const int Dimension = 256;

    private static readonly IndexKind Exact = new("Exact", new Dictionary<string, long>());
    private static readonly IndexKind Hnsw = new("Hnsw", new Dictionary<string, long> { ["M"] = 4, ["EfConstruction"] = 8, ["Seed"] = 1 });

    private readonly IndexFactory _factory = new(Options.Create(new IndexOptions { Model = "layout", Version = "1", Dimension = Dimension, SearchThreads = 1 }));

    [Fact]
    public async Task Run_WhileItIsSearchedAndChanged_LosesNothingAndFindsNothingTwice()
    {
        var history = new IndexHistory(Dimension, 1, ids: 4000);
        var (state, writer) = Start();
        Apply(writer, history.NextPage(8000));
        // Never touched again: each search has to find each of them once, whichever index answers.
        var lasting = Enumerable.Range(1_000_000, 50).Select(i => new VectorChange(Vectors.Id(i), Vectors.Unit(Dimension, i), ["lasting"])).ToList();
        Apply(writer, lasting);
        lasting.ForEach(change => history.Truth.Add(change.Id, change));
        using var done = new CancellationTokenSource();
        var searches = 0;
        var searching = Task.Run(() =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref searches))
            {
                var hits = state.Index.Search(Vectors.Unit(Dimension, searches), new SearchOptions(100, Tag: "lasting"), default);
                Assert.Equal(50, hits.Count);
                Assert.Equal(50, hits.Select(hit => hit.Id).Distinct().Count());
            }
        });
        var writing = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                Apply(writer, history.NextPage(100));
            }
        });

        var rebuild = Rebuild(writer);
        for (var i = 0; i < 6 || Volatile.Read(ref searches) < 20; i++)
        {
            Assert.False(searching.IsFaulted, searching.Exception?.ToString());
            Assert.True(rebuild.Run(i % 2 == 0 ? Hnsw : Exact, TestContext.Current.CancellationToken));
            Assert.Equal(i % 2 == 0 ? Hnsw : Exact, writer.Kind);
            Assert.Equal(i % 2 == 0, state.Index is GraphIndex);
        }

        done.Cancel();
        await writing;
        await searching;
        IndexHistory.AssertHolds(history.Truth, writer.Index);
        Assert.Same(writer.Index, state.Index);
    }

    [Fact]
    public void Run_ChangedBetweenTheCopyAndTheExchange_IsInTheNewIndex()
    {
        var (_, writer) = Start();
        Apply(writer, Vectors.Changes(Dimension, 1000));
        var view = writer.BeginRebuild();
        var next = _factory.Create(Hnsw);
        next.Apply(Vectors.Changes(Dimension, 1000));
        var moved = Vectors.Unit(Dimension, 7777);
        Apply(writer, [new(Vectors.Id(1), default, []), new(Vectors.Id(2), moved, ["b"]), new(Vectors.Id(5000), Vectors.Unit(Dimension, 5000), [])]);
        Apply(writer, [new(Vectors.Id(3), default, []), new(Vectors.Id(3), Vectors.Unit(Dimension, 33), []), new(Vectors.Id(5000), default, [])]);

        Assert.True(writer.CompleteRebuild(view.Index, next, Hnsw));

        var truth = Vectors.Changes(Dimension, 1000).ToDictionary(change => change.Id);
        truth.Remove(Vectors.Id(1));
        truth[Vectors.Id(2)] = new VectorChange(Vectors.Id(2), moved, ["b"]);
        truth[Vectors.Id(3)] = new VectorChange(Vectors.Id(3), Vectors.Unit(Dimension, 33), []);
        IndexHistory.AssertHolds(truth, writer.Index);
        Assert.Same(next, writer.Index);
    }

    [Fact]
    public void Run_Cancelled_LeavesTheOldIndexThatGoesOn()
    {
        var (state, writer) = Start();
        Apply(writer, Vectors.Changes(Dimension, 3000));

        Assert.Throws<OperationCanceledException>(() => Rebuild(writer).Run(Hnsw, new CancellationToken(canceled: true)));

        Apply(writer, [new(Vectors.Id(1), default, [])]);
        Assert.Equal(2999, state.Index.Count);
        Assert.Equal(Exact, writer.Kind);
        Assert.True(Rebuild(writer).Run(Hnsw, default));
    }

    [Fact]
    public void Run_WouldExceedTheMemoryLimit_IsNotBegun()
    {
        var (state, writer) = Start(memoryLimit: 2 * 1024 * 1024);
        Apply(writer, Vectors.Changes(Dimension, 1200));
        var before = state.Index;

        Assert.False(Rebuild(writer).Run(Hnsw, default));

        Assert.Same(before, state.Index);
    }

    [Fact]
    public void Complete_AnotherIndexIsFollowedMeanwhile_ComesToNothing()
    {
        var (state, writer) = Start();
        Apply(writer, Vectors.Changes(Dimension, 10));
        var view = writer.BeginRebuild();
        var other = _factory.Create(Exact);
        writer.Start(other, Exact, default, serve: true);

        Assert.Empty(writer.TakeChanges(view.Index, 10));
        Assert.False(writer.CompleteRebuild(view.Index, _factory.Create(Hnsw), Hnsw));
        Assert.Same(other, state.Index);
    }

    private static void Apply(IndexWriter writer, List<VectorChange> changes) => writer.Apply(new ChangePage(changes, default, true, default));

    private (IndexState State, IndexWriter Writer) Start(long memoryLimit = long.MaxValue)
    {
        var index = _factory.Create(Exact);
        var state = new IndexState(index, TimeProvider.System);
        return (state, new IndexWriter(state, index, Exact, memoryLimit));
    }

    private IndexRebuild Rebuild(IndexWriter writer) => new(writer, _factory, NullLogger<IndexRebuild>.Instance);
}
