using ImageSearch.Core.Store;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

/// <summary>In the steady state a search allocates nothing, on no thread. Alone, as other tests' threads allocate, too.</summary>
[CollectionDefinition(nameof(SearchAllocationTests), DisableParallelization = true)]
[Collection(nameof(SearchAllocationTests))]
public sealed class SearchAllocationTests
{
    private const int Dimension = 512;

    private static readonly List<VectorChange> Changes = Vectors.Changes(Dimension, 9000); // enough to be worth a second thread

    public static TheoryData<int, int, int, int> Cases()
    {
        var cases = new TheoryData<int, int, int, int>();
        foreach (var threads in new[] { 1, 2 })
        {
            cases.Add(threads, 1, 10, 1000);
            cases.Add(threads, 21, 100, 50);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Search_SteadyState_AllocatesNothing(int threads, int queries, int k, int searches)
    {
        var index = new ExactIndex(Dimension, threads);
        index.Apply(Changes);

        var batches = Enumerable.Range(0, 20)
            .Select(batch => Enumerable.Range(0, queries).SelectMany(query => Vectors.Unit(Dimension, (batch * queries) + query)).ToArray())
            .ToArray();
        var results = new SearchResults();
        Search(index, batches, results, k, 50); // compiled, and as large as it gets
        GC.Collect();
        GC.WaitForPendingFinalizers();

        var all = long.MaxValue;
        var mine = long.MaxValue;
        for (var attempt = 0; attempt < 3 && (mine > 0 || all > 0); attempt++)
        {
            // The runtime itself allocates now and then, a test host does, too: once in three times it does not.
            var (allBefore, mineBefore) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
            Search(index, batches, results, k, searches);
            mine = Math.Min(mine, GC.GetAllocatedBytesForCurrentThread() - mineBefore);
            all = Math.Min(all, GC.GetTotalAllocatedBytes(precise: true) - allBefore);
        }

        Assert.Equal(0, mine);
        Assert.True(all < searches, $"{all} bytes in {searches} searches"); // not even a byte each
    }

    private static void Search(IVectorIndex index, float[][] batches, SearchResults results, int k, int searches)
    {
        for (var i = 0; i < searches; i++)
        {
            index.Search(batches[i % batches.Length], new SearchOptions(k), results, CancellationToken.None);
        }
    }
}
