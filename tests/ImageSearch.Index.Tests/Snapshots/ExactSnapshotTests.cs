using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class ExactSnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new ExactIndex(dimension);
}
