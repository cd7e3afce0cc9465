using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search;

public sealed class ExactIndexTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension);
}

public sealed class ExactIndexOnSeveralThreadsTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension, threads: 4);
}

public sealed class PortableExactIndexTests : VectorIndexTests
{
    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension, kernel: new PortableInt4ScanKernel());
}

public sealed class ExactIndexWithMappedRowsTests : VectorIndexTests, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("imagesearch-rows-");

    public void Dispose() => _directory.Delete(recursive: true);

    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension, allocator: new MappedRowColumns(_directory.FullName));
}
