using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

public sealed class ExactIndexTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension);
}
