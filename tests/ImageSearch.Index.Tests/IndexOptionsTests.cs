namespace ImageSearch.Index.Tests;

public sealed class IndexOptionsTests
{
    [Fact]
    public void Validate_Declared_IsValid() => Assert.Empty(Errors(_ => { }));

    [Fact]
    public void Validate_EverythingAtItsLimit_IsValid() => Assert.Empty(Errors(o =>
    {
        (o.Algorithm, o.Rows, o.Directory, o.MemoryLimitMiB, o.SnapshotInterval) = (IndexAlgorithm.Hnsw, IndexRows.Mapped, "/d", 1, TimeSpan.Zero);
        (o.RecallSample, o.RecallBudget) = (1, 1);
        o.Hnsw = new HnswOptions { M = 64, EfConstruction = 2048, Ef = 4096, MaximumEf = 4096, Seed = -1, TargetRecall = 0.9999 };
    }));

    [Fact]
    public void Validate_MappedRowsOfExact_IsValid() => Assert.Empty(Errors(o => (o.Rows, o.Directory) = (IndexRows.Mapped, "/d")));

    public static TheoryData<string, Action<IndexOptions>> BadValues() => new()
    {
        { "Index:Model", o => o.Model = "" },
        { "Index:Version", o => o.Version = "" },
        { "Index:Dimension", o => o.Dimension = 0 },
        { "Index:Shard ", o => o.Shard = 2 },
        { "Index:Shard ", o => o.Shard = -1 },
        { "Index:Shards", o => o.Shards = 2000 },
        { "Index:Algorithm", o => o.Algorithm = (IndexAlgorithm)9 },
        { "Index:PageSize", o => o.PageSize = 0 },
        { "Index:MaximumQueries", o => o.MaximumQueries = 0 },
        { "Index:SearchThreads", o => o.SearchThreads = -1 },
        { "Index:MaximumSearches", o => o.MaximumSearches = 0 },
        { "Index:Hnsw:M ", o => o.Hnsw.M = 1 },
        { "Index:Hnsw:EfConstruction", o => o.Hnsw.EfConstruction = 7 },
        { "Index:Hnsw:Ef ", o => o.Hnsw.Ef = 0 },
        { "Index:Hnsw:Ef ", o => o.Hnsw.Ef = 4097 },
        { "Index:Hnsw:MaximumEf", o => o.Hnsw.MaximumEf = 100_000 },
        { "Index:Hnsw:TargetRecall", o => (o.Algorithm, o.Hnsw.TargetRecall) = (IndexAlgorithm.Hnsw, 1) },
        { "Index:Hnsw:TargetRecall", o => (o.Algorithm, o.Hnsw.TargetRecall) = (IndexAlgorithm.Hnsw, 0.49) },
        { "Index:Hnsw:TargetRecall", o => (o.Algorithm, o.Hnsw.TargetRecall) = (IndexAlgorithm.Hnsw, double.NaN) },
        { "Index:Hnsw:TargetRecall", o => o.Hnsw.TargetRecall = 0.9 },
        { "Index:RecallSample", o => (o.Algorithm, o.Hnsw.TargetRecall, o.RecallSample) = (IndexAlgorithm.Hnsw, 0.9, 0) },
        { "Index:RecallSample", o => o.RecallSample = 1.1 },
        { "Index:RecallBudget", o => o.RecallBudget = 0 },
        { "Index:Rows", o => o.Rows = (IndexRows)9 },
        { "Index:Rows", o => o.Rows = IndexRows.Mapped },
        { "Index:MemoryLimitMiB", o => o.MemoryLimitMiB = -1 },
        { "Index:SnapshotInterval", o => o.SnapshotInterval = TimeSpan.FromSeconds(-1) },
    };

    [Theory]
    [MemberData(nameof(BadValues), DisableDiscoveryEnumeration = true)]
    public void Validate_BadValue_IsReportedWithItsKey(string key, Action<IndexOptions> change) =>
        Assert.Contains(key, Assert.Single(Errors(change)), StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralBadValues_AreReportedAtOnce() => Assert.Equal(5, Errors(o =>
    {
        (o.Model, o.Shard, o.RecallSample) = ("", 7, -1);
        (o.Hnsw.M, o.Hnsw.Ef) = (0, 0);
    }).Length);

    private static string[] Errors(Action<IndexOptions> change)
    {
        var options = new IndexOptions { Model = "layout", Version = "1", Dimension = 8, Shard = 1, Shards = 2 };
        change(options);
        return [.. new IndexOptionsValidator().Validate(null, options).Failures ?? []];
    }
}
