using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Tests.Snapshots;

namespace ImageSearch.Index.Tests.Search.Graph;

public sealed class GraphIndexTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new GraphIndex(dimension, new GraphParameters());
}

public sealed class GraphIndexOnSeveralThreadsTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new GraphIndex(dimension, new GraphParameters(M: 8), threads: 4);
}

public sealed class GraphIndexWithMappedRowsTests : VectorIndexTests, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("imagesearch-rows-");

    public void Dispose() => _directory.Delete(recursive: true);

    internal override IVectorIndex Create(int dimension) => new GraphIndex(dimension, new GraphParameters(), allocator: new MappedRowColumns(_directory.FullName));
}

public sealed class GraphIndexHistoryTests : VectorIndexHistoryTests
{
    internal override IVectorIndex Create(int dimension) => new GraphIndex(dimension, new GraphParameters(), threads: 2);
}

public sealed class GraphIndexSnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new GraphIndex(dimension, new GraphParameters(), plan: GraphTests.NeverScan);
}
