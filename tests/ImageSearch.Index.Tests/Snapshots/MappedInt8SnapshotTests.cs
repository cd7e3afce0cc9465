using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class MappedInt8SnapshotTests : IndexSnapshotTests
{
    internal override SegmentedIndex Create(int dimension = Dimension) => new Int8Index(dimension, allocator: new MappedRowColumns(MappedDirectory));
}
