using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Tests.Search.Graph;

/// <summary>The graph itself: never a scan, however few rows there are.</summary>
public sealed unsafe class GraphTests
{
    private const int Dimension = 64;

    internal static GraphPlan NeverScan { get; } = new(JumpedRow: 0);

    public static TheoryData<string> Collections => ["isotropic", "clustered", "equal", "far apart"];

    [Theory]
    [InlineData("isotropic", 0.86)] // the worst case for graphs: nothing is near
    [InlineData("clustered", 0.98)]
    public void Search_FiveThousand_FindsMostOfTheNearest(string collection, double floor)
    {
        var index = Grow(collection, 5000);

        Assert.InRange(Recall(index, collection, new SearchOptions(10)), floor, 1);
        Assert.InRange(Recall(index, collection, new SearchOptions(10, Ef: 500)), 0.995, 1);
    }

    [Theory]
    [InlineData("half", 2, 200, 0.98)]
    [InlineData("tenth", 10, 200, 0.98)]
    [InlineData("half", 2, 100, 0.92)] // fewer candidates than a cluster has rows: hardly a link leads out of it
    [InlineData("tenth", 10, 100, 0.92)]
    public void Search_TagOfWholeClusters_FindsThemFromAnywhere(string tag, int oneIn, int efConstruction, double floor)
    {
        // Most queries have nothing near them that matches.
        var index = New(efConstruction: efConstruction);
        index.Apply([.. Enumerable.Range(0, 5000).Select(i => new VectorChange(Vectors.Id(i), Clustered(i), i % oneIn == 0 ? [tag] : []))]);

        Assert.InRange(Recall(index, "clustered", new SearchOptions(10, Tag: tag)), floor, 1);
    }

    [Theory]
    [MemberData(nameof(Collections))]
    public void Apply_AnyNumberOfThreads_MakesTheSameGraph(string collection)
    {
        var (one, four) = (Grow(collection, 3000, threads: 1), Grow(collection, 3000, threads: 4));

        Assert.Equal(Links(one), Links(four));
        Assert.Equal(one.SaveState(one.Current), four.SaveState(four.Current));
    }

    [Theory]
    [MemberData(nameof(Collections))]
    public void Apply_AnyCollection_EveryRowIsReachedFromEveryEntry(string collection)
    {
        var index = Grow(collection, 4000);

        AssertConnected(index);
    }

    [Fact]
    public void Apply_ManyDeletesAndReplacements_EveryRowIsStillReached()
    {
        var random = new Random(5);
        var index = Grow("clustered", 2000, page: 2000);
        for (var round = 0; round < 40; round++)
        {
            index.Apply([.. Enumerable.Range(0, 60).Select(_ => random.Next(3000)).Select(i =>
                new VectorChange(Vectors.Id(i), random.Next(3) == 0 ? default : Clustered(random.Next(1_000_000)), []))]);
        }

        AssertConnected(index);
        Assert.Equal(index.Count, index.Search(Clustered(1), new SearchOptions(5000), default).Count);
    }

    [Fact]
    public void Search_InTheSteadyState_AllocatesNothing()
    {
        var index = Grow("clustered", 3000);
        var (query, results) = (Clustered(77), new SearchResults());
        for (var i = 0; i < 50; i++)
        {
            index.Search(query, new SearchOptions(10), results, default);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            index.Search(query, new SearchOptions(10), results, default);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Follow_WhenTheTimeIsUp_EndsAmongTheNodes()
    {
        var index = Grow("clustered", 3000);
        var (query, options) = (Clustered(77), new SearchOptions(10));
        var searcher = new GraphSearcher(Int8DotKernel.Best, Dimension, index.Parameters.Links);

        Assert.Throws<OperationCanceledException>(() => searcher.Follow(index.Current, query, 500, options, null, new CancellationToken(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => searcher.Scan(index.Current, query, options, null, new CancellationToken(canceled: true)));
        searcher.End();

        // What was cut off leaves nothing behind that the next search meets.
        var found = searcher.Follow(index.Current, query, 500, options, null, default).Sort();
        Assert.Equal(index.Search(query, options with { Ef = 500 }, default).Select(hit => hit.Id), found.ToArray().Select(hit => index.Current.Id(hit.Row)));
    }

    [Fact]
    public void Memory_Scratch_IsCountedAndKept()
    {
        var index = Grow("clustered", 3000);
        Assert.Equal(0, index.Memory.Scratch);

        index.Search(Clustered(77), new SearchOptions(10), default);
        var one = index.Memory.Scratch;
        for (var i = 0; i < 100; i++)
        {
            index.Search(Clustered(i), new SearchOptions(10), default);
        }

        Assert.InRange(one, 3000, 100_000); // a byte a node at least
        Assert.Equal(one, index.Memory.Scratch);
    }

    [Fact]
    public void Search_Batch_AnswersAsOneByOne()
    {
        var index = Grow("clustered", 3000, threads: 4);
        var queries = Enumerable.Range(0, 50).Select(i => Clustered(1_000_000 + i)).ToArray();

        var answers = index.SearchBatch(queries.SelectMany(query => query).ToArray(), new SearchOptions(10), default);

        for (var i = 0; i < queries.Length; i++)
        {
            Assert.Equal(index.Search(queries[i], new SearchOptions(10), default), answers[i]);
        }
    }

    [Fact]
    public void Memory_Graph_IsAtMost160BytesPerVector()
    {
        var index = Grow("isotropic", 20_000, page: 10_000, efConstruction: 16);

        Assert.InRange(index.Memory.Graph / 20_000.0, 128, 160);
    }

    private static GraphIndex New(int threads = 1, int efConstruction = 200) =>
        new(Dimension, new GraphParameters(EfConstruction: efConstruction), threads, plan: NeverScan);

    private static GraphIndex Grow(string collection, int count, int threads = 1, int page = 700, int efConstruction = 200)
    {
        var index = New(threads, efConstruction);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(page))
        {
            index.Apply([.. chunk.Select(i => new VectorChange(Vectors.Id(i), Vector(collection, i), []))]);
        }

        return index;
    }

    private static float[] Vector(string collection, int i) => collection switch
    {
        "isotropic" => Vectors.Unit(Dimension, i),
        "clustered" => Clustered(i),
        "equal" => Vectors.Unit(Dimension, i % 10 == 0 ? i : 7), // nine of ten are the same
        _ => Normal([.. Enumerable.Range(0, Dimension).Select(d => (d == i * 8 / 4000 ? 1f : 0) + (1e-3f * Vectors.Unit(Dimension, i)[d]))]),
    };

    private static float[] Clustered(int i)
    {
        var (centre, own) = (Vectors.Unit(Dimension, -1 - (i % 40)), Vectors.Unit(Dimension, i));
        return Normal([.. centre.Zip(own, (c, o) => c + (0.7f * o))]);
    }

    private static float[] Normal(float[] vector)
    {
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static double Recall(GraphIndex index, string collection, in SearchOptions options)
    {
        var (found, wanted) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var query = Vector(collection, 5_000_000 + seed);
            var exact = index.Search(query, options with { Exact = true }, default).Select(hit => hit.Id).ToHashSet();
            found += index.Search(query, options, default).Count(hit => exact.Contains(hit.Id));
            wanted += exact.Count;
        }

        return (double)found / wanted;
    }

    private static int[] Links(GraphIndex index)
    {
        var state = (GraphState)index.Current.State!;
        var map = state.View.Rows.Map;
        var links = new List<int>();
        for (var row = 0; row < state.End; row++)
        {
            links.AddRange(Links(map, row));
            links.Add(RowMap.End);
        }

        return [.. links];
    }

    private static List<int> Links(RowMap map, int row)
    {
        var links = new List<int>();
        for (var i = 0; i < map.Degree && map.Links(row)[i] != RowMap.End; i++)
        {
            links.Add(map.Links(row)[i]);
        }

        return links;
    }

    /// <summary>From row 0 all rows are reached, and from all rows row 0 is; and no list holds a row twice.</summary>
    private static void AssertConnected(GraphIndex index)
    {
        var state = (GraphState)index.Current.State!;
        var map = state.View.Rows.Map;
        var (forth, back) = (new List<int>[state.End], new List<int>[state.End]);
        for (var row = 0; row < state.End; row++)
        {
            forth[row] = [.. Links(map, row).Select(link => link & RowMap.RowBits)];
            Assert.Equal(forth[row].Count, forth[row].Distinct().Count());
            Assert.DoesNotContain(row, forth[row]);
            back[row] = [];
        }

        for (var row = 0; row < state.End; row++)
        {
            forth[row].ForEach(neighbour => back[neighbour].Add(row));
        }

        Assert.Equal(state.End, Reached(forth));
        Assert.Equal(state.End, Reached(back));
        GC.KeepAlive(state);
    }

    private static int Reached(List<int>[] links)
    {
        var seen = new HashSet<int> { 0 };
        var next = new Stack<int>(seen);
        while (next.TryPop(out var row))
        {
            foreach (var neighbour in links[row])
            {
                if (seen.Add(neighbour))
                {
                    next.Push(neighbour);
                }
            }
        }

        return seen.Count;
    }
}
