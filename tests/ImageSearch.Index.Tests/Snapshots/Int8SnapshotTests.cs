using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class Int8SnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new Int8Index(dimension);
}
