using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class GraphSnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new GraphIndex(dimension, new GraphParameters(M: 8, EfConstruction: 32));
}
