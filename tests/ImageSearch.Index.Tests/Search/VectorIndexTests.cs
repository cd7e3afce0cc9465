using ImageSearch.Core.Store;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

/// <summary>What every kind of index promises; each derives this.</summary>
public abstract class VectorIndexTests
{
    internal abstract IVectorIndex Create(int dimension);

    [Fact]
    public void Search_EmptyIndex_FindsNothing()
    {
        var index = Create(8);

        Assert.Empty(index.Search(Vectors.Unit(8, 1), new SearchOptions(10), TestContext.Current.CancellationToken));
        Assert.Equal(0, index.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 17)]
    [InlineData(64, 999)]
    [InlineData(512, 300)]
    [InlineData(1000, 5000)]
    public void Search_AnySize_EqualsScalarBruteForce(int dimension, int count)
    {
        var changes = Vectors.Changes(dimension, count);
        var index = Create(dimension);
        Assert.Equal(default, index.Apply(changes));

        for (var seed = 0; seed < 5; seed++)
        {
            var query = Vectors.Unit(dimension, 1_000_000 + seed);
            AssertSame(Scalar.Nearest(changes, query, 10), index.Search(query, new SearchOptions(10), default));
        }
    }

    [Theory]
    [InlineData(3, 17, 2)]
    [InlineData(64, 999, 5)]
    [InlineData(512, 300, 8)]
    [InlineData(100, 5000, 33)]
    public void SearchBatch_AnySize_EqualsScalarBruteForce(int dimension, int count, int queries)
    {
        var changes = Vectors.Changes(dimension, count);
        var index = Create(dimension);
        index.Apply(changes);
        var batch = Enumerable.Range(0, queries).Select(seed => Vectors.Unit(dimension, 1_000_000 + seed)).ToArray();

        var answers = index.SearchBatch(batch.SelectMany(query => query).ToArray(), new SearchOptions(10), default);

        Assert.Equal(queries, answers.Length);
        for (var i = 0; i < queries; i++)
        {
            AssertSame(Scalar.Nearest(changes, batch[i], 10), answers[i]);
        }
    }

    [Fact]
    public void SearchBatch_NotAMultipleOfTheDimension_IsRefused()
    {
        var index = Create(8);

        Assert.Throws<ArgumentOutOfRangeException>(() => index.SearchBatch(new float[9], new SearchOptions(1), default));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.SearchBatch([], new SearchOptions(1), default));
    }

    [Fact]
    public void Search_VectorThatIsThere_FindsItFirstWithScoreOne()
    {
        var changes = Vectors.Changes(128, 500);
        var index = Create(128);
        index.Apply(changes);

        foreach (var change in changes)
        {
            var hit = index.Search(change.Vector.Span, new SearchOptions(1), default)[0];
            Assert.Equal(change.Id, hit.Id);
            Assert.Equal(1, hit.Score, 1e-5);
        }
    }

    [Fact]
    public void Search_EqualScores_AreOrderedById()
    {
        var vector = Vectors.Unit(16, 7);
        var ids = Enumerable.Range(0, 50).Select(Vectors.Id).ToArray();
        var index = Create(16);
        index.Apply([.. ids.Select(id => new VectorChange(id, vector, []))]);

        var hits = index.Search(vector, new SearchOptions(20), default);

        Assert.Equal(ids.Order().Take(20), hits.Select(hit => hit.Id));
    }

    [Fact]
    public void Apply_SamePageTwice_ChangesNothing()
    {
        var changes = Vectors.Changes(32, 200);
        var index = Create(32);
        index.Apply(changes);
        index.Apply(changes);

        Assert.Equal(200, index.Count);
        var hits = index.Search(changes[0].Vector.Span, new SearchOptions(100), default);
        Assert.Equal(100, hits.Select(hit => hit.Id).Distinct().Count());
    }

    [Fact]
    public void Apply_ChangedVector_IsFoundWhereItIsNow()
    {
        var index = Create(32);
        index.Apply(Vectors.Changes(32, 100));
        var moved = Vectors.Unit(32, 4242);
        index.Apply([new VectorChange(Vectors.Id(3), moved, [])]);

        Assert.Equal(100, index.Count);
        Assert.Equal(Vectors.Id(3), index.Search(moved, new SearchOptions(1), default)[0].Id);
        Assert.Single(index.Search(moved, new SearchOptions(100), default), hit => hit.Id == Vectors.Id(3));
    }

    [Fact]
    public void Apply_Deletion_IsGoneAndMayRepeat()
    {
        var changes = Vectors.Changes(32, 100);
        var index = Create(32);
        index.Apply(changes);
        VectorChange deletion = new(changes[5].Id, default, []);
        index.Apply([deletion]);
        index.Apply([deletion, new VectorChange(Vectors.Id(12345), default, [])]);

        Assert.Equal(99, index.Count);
        Assert.DoesNotContain(index.Search(changes[5].Vector.Span, new SearchOptions(100), default), hit => hit.Id == changes[5].Id);
    }

    [Fact]
    public void Apply_WrongDimension_IsLeftOutAndCounted()
    {
        var index = Create(32);

        Assert.Equal(new ApplyOutcome(Misshapen: 1, Refused: 0), index.Apply([new VectorChange(Vectors.Id(1), new float[31], []), new VectorChange(Vectors.Id(2), Vectors.Unit(32, 2), [])]));
        Assert.Equal(1, index.Count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0)]
    public void Apply_WithoutALength_IsLeftOutAndCounted(float value)
    {
        var index = Create(4);

        Assert.Equal(1, index.Apply([new VectorChange(Vectors.Id(1), new[] { value, 0, 0, 0 }, []), new VectorChange(Vectors.Id(2), Vectors.Unit(4, 2), [])]).Misshapen);
        Assert.Equal([Vectors.Id(2)], index.Search(Vectors.Unit(4, 9), new SearchOptions(5), default).Select(hit => hit.Id));
    }

    [Fact]
    public void Apply_MemoryLimit_RefusesWhatIsNewAndNothingElse()
    {
        var changes = Vectors.Changes(512, 3000);
        var index = Create(512);
        index.Apply(changes[..1000]);
        var limit = index.Memory.Total + 100;

        var outcome = index.Apply([.. changes[2000..], new VectorChange(Vectors.Id(3), Vectors.Unit(512, 9999), []), new VectorChange(Vectors.Id(4), default, [])], limit);

        Assert.Equal(new ApplyOutcome(Misshapen: 0, Refused: 1000), outcome);
        Assert.Equal(999, index.Count);
        Assert.Equal(Vectors.Id(3), index.Search(Vectors.Unit(512, 9999), new SearchOptions(1), default)[0].Id);
    }

    [Fact]
    public void Search_Exact_EqualsScalarBruteForce()
    {
        var changes = Vectors.Changes(64, 700);
        var index = Create(64);
        index.Apply(changes);
        var query = Vectors.Unit(64, 4321);

        AssertSame(Scalar.Nearest(changes, query, 50), index.Search(query, new SearchOptions(50, Exact: true), default));
    }

    [Fact]
    public void Search_TagOfNobody_FindsNothing()
    {
        var index = Create(8);
        index.Apply([new VectorChange(Vectors.Id(1), Vectors.Unit(8, 1), ["a"])]);

        Assert.Empty(index.Search(Vectors.Unit(8, 1), new SearchOptions(5, Tag: "b"), default));
    }

    [Fact]
    public void Apply_ChangedTags_AreTheOnesThatCount()
    {
        var index = Create(8);
        index.Apply([new VectorChange(Vectors.Id(1), Vectors.Unit(8, 1), ["a"]), new VectorChange(Vectors.Id(2), Vectors.Unit(8, 2), ["a", "b"])]);
        index.Apply([new VectorChange(Vectors.Id(1), Vectors.Unit(8, 1), ["b"])]);

        Assert.Equal([Vectors.Id(2)], index.Search(Vectors.Unit(8, 1), new SearchOptions(5, Tag: "a"), default).Select(hit => hit.Id));
        Assert.Equal(2, index.Search(Vectors.Unit(8, 1), new SearchOptions(5, Tag: "b"), default).Count);
    }

    [Fact]
    public void Search_Tag_CountsOnlyPicturesWithIt()
    {
        var index = Create(16);
        index.Apply([.. Enumerable.Range(0, 60).Select(i => new VectorChange(Vectors.Id(i), Vectors.Unit(16, i), i % 3 == 0 ? ["a", "b"] : ["b"]))]);

        var hits = index.Search(Vectors.Unit(16, 1), new SearchOptions(50, Tag: "a"), default);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => Vectors.Id(3 * i)).Order(), hits.Select(hit => hit.Id).Order());
    }

    [Fact]
    public void Search_MinimumScore_LeavesOutWhatIsBelow()
    {
        var changes = Vectors.Changes(8, 500);
        var index = Create(8);
        index.Apply(changes);
        var query = Vectors.Unit(8, 77);

        var hits = index.Search(query, new SearchOptions(500, MinimumScore: 0.5f), default);

        AssertSame([.. Scalar.Nearest(changes, query, 500).Where(hit => hit.Score >= 0.5f)], hits);
        Assert.NotEmpty(hits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_RandomHistory_EqualsBruteForceOverWhatIsLeft(int seed)
    {
        const int Dimension = 2048; // large, so that the history fills, empties and drops segments
        var random = new Random(seed);
        var truth = new Dictionary<ImageId, VectorChange>();
        var index = Create(Dimension);
        for (var step = 0; step < 60; step++)
        {
            var page = new List<VectorChange>();
            for (var i = random.Next(1, 150); i > 0; i--)
            {
                var id = Vectors.Id(random.Next(3000));
                page.Add(random.Next(5) < 2 ? new VectorChange(id, default, []) : new VectorChange(id, Vectors.Unit(Dimension, random.Next()), []));
            }

            index.Apply(page);
            foreach (var change in page)
            {
                _ = change.IsDeletion ? truth.Remove(change.Id) : truth.TryAdd(change.Id, change) || (truth[change.Id] = change) == change;
            }
        }

        Assert.Equal(truth.Count, index.Count);
        var query = Vectors.Unit(Dimension, seed);
        AssertSame(Scalar.Nearest(truth.Values, query, 25), index.Search(query, new SearchOptions(25), default));
    }

    [Fact]
    public async Task Search_WhileVectorsAreReplaced_FindsEachExactlyOnce()
    {
        const int Dimension = 256;
        var index = Create(Dimension);
        index.Apply([.. Enumerable.Range(0, 100).Select(i => new VectorChange(Vectors.Id(i), Vectors.Unit(Dimension, i), []))]);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            // Enough replacements to fill, empty and drop several segments under the reader.
            for (var round = 0; round < 400; round++)
            {
                index.Apply([.. Enumerable.Range(0, 100).Select(i => new VectorChange(Vectors.Id(i), Vectors.Unit(Dimension, i), []))]);
            }

            done.Cancel();
        });

        var searches = 0;
        do
        {
            var hits = index.Search(Vectors.Unit(Dimension, searches % 100), new SearchOptions(200), default);
            Assert.Equal(100, hits.Count);
            Assert.Equal(100, hits.Select(hit => hit.Id).Distinct().Count());
            Assert.Equal(1, hits[0].Score, 1e-5);
            searches++;
        }
        while (!done.IsCancellationRequested);

        await writer;
    }

    [Fact]
    public void Apply_EverythingReplacedManyTimes_KeepsMemoryBounded()
    {
        const int Dimension = 512;
        var index = Create(Dimension);
        var changes = Vectors.Changes(Dimension, 5000);
        index.Apply(changes);
        var once = index.Memory.Total;
        for (var i = 0; i < 8; i++)
        {
            index.Apply(changes);
        }

        Assert.True(index.Memory.Total <= 3 * once, $"{index.Memory.Total} bytes after 8 replacements, {once} before: replaced rows are not given back");
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        var index = Create(8);
        index.Apply(Vectors.Changes(8, 10));
        var query = Vectors.Unit(8, 1);

        Assert.Throws<OperationCanceledException>(() => index.Search(query, new SearchOptions(1), new CancellationToken(canceled: true)));
    }

    /// <summary>Sums in another order differ in the last bits, so neighbours that nearly tie may change places.</summary>
    private static void AssertSame(List<ShardHit> expected, IReadOnlyList<ShardHit> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Score, actual[i].Score, 1e-5);
        }

        var swapped = expected.Select(hit => hit.Id).Except(actual.Select(hit => hit.Id)).Count();
        Assert.True(swapped <= 1, $"{swapped} of {expected.Count} results differ from brute force");
    }
}
