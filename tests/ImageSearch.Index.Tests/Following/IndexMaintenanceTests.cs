using ImageSearch.Core.Store;
using ImageSearch.Index.Following;
using ImageSearch.Index.Search;
using ImageSearch.Index.Tests.Search;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Tests.Following;

public sealed class IndexMaintenanceTests
{
    private const int Dimension = 8;

    [Fact]
    public async Task Run_GraphThatIsMostlyDeleted_IsRebuiltWithoutWhatIsDead()
    {
        var factory = new IndexFactory(Options.Create(new IndexOptions
        {
            Model = "layout",
            Version = "1",
            Dimension = Dimension,
            Algorithm = IndexAlgorithm.Hnsw,
            Hnsw = { M = 4, EfConstruction = 16 },
        }));
        var index = factory.Create(factory.ConfiguredKind);
        var state = new IndexState(index, TimeProvider.System);
        var writer = new IndexWriter(state, index, factory.ConfiguredKind);
        const int Rows = IndexMaintenance.FewRows + 1000;
        Apply(writer, Vectors.Changes(Dimension, Rows));
        Apply(writer, [.. Enumerable.Range(0, Rows / 2).Select(i => new VectorChange(Vectors.Id(i), default, []))]);
        using var maintenance = new IndexMaintenance(
            writer, new IndexRebuild(writer, factory, NullLogger<IndexRebuild>.Instance), factory, state, TimeProvider.System, NullLogger<IndexMaintenance>.Instance);

        await maintenance.StartAsync(TestContext.Current.CancellationToken);
        Assert.Same(index, state.Index); // not before it is ready
        state.CaughtUp(DateTimeOffset.UnixEpoch);
        await Eventually.BecomesTrue(() => state.Index != index, TimeSpan.FromSeconds(60));
        await maintenance.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Rows - (Rows / 2), writer.Index.Current.Parts.Sum(part => part.Rows));
        var hit = state.Index.Search(Vectors.Unit(Dimension, Rows - 1), new SearchOptions(1, Exact: true), default)[0];
        Assert.Equal(Vectors.Id(Rows - 1), hit.Id);
    }

    private static void Apply(IndexWriter writer, List<VectorChange> changes) => writer.Apply(new ChangePage(changes, default, true, default));
}
