using System.Diagnostics;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search;

namespace ImageSearch.Index.Tests.Search;

/// <summary>Long histories against a model of what an index should hold, and readers beside a writer; every kind of index derives this.</summary>
public abstract class VectorIndexHistoryTests
{
    private const int Dimension = 24;

    internal abstract IVectorIndex Create(int dimension);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TenThousandRandomSteps_EqualAModel(int seed)
    {
        var random = new Random(seed);
        var index = Create(Dimension);
        var model = new Dictionary<ImageId, (float[] Vector, string[] Tags)>();
        for (var step = 0; step < 10_000; step++)
        {
            var id = Vectors.Id(random.Next(400));
            switch (random.Next(5))
            {
                case 0 or 1: // added, or changed
                    var entry = (Vectors.Unit(Dimension, random.Next(2000)), random.Next(3) == 0 ? new[] { "red", $"t{random.Next(4)}" } : []);
                    model[id] = entry;
                    index.Apply([new VectorChange(id, entry.Item1, entry.Item2)]);
                    break;
                case 2:
                    model.Remove(id);
                    index.Apply([new VectorChange(id, default, [])]);
                    break;
                case 3: // several at once, among them one twice
                    var page = Enumerable.Range(0, random.Next(1, 20)).Select(_ => (Id: Vectors.Id(random.Next(400)), Vector: Vectors.Unit(Dimension, random.Next(2000)))).ToList();
                    page.Add((page[0].Id, Vectors.Unit(Dimension, step)));
                    page.ForEach(change => model[change.Id] = (change.Vector, []));
                    index.Apply([.. page.Select(change => new VectorChange(change.Id, change.Vector, []))]);
                    break;
                default:
                    AssertFinds(model, index, Vectors.Unit(Dimension, random.Next()), new SearchOptions(random.Next(1, 40), random.Next(2) - 1, random.Next(4) == 0 ? "red" : null));
                    break;
            }

            Assert.Equal(model.Count, index.Count);
        }
    }

    [Fact]
    public void AllDeleted_FindsNothing_AndFillsAgain()
    {
        var index = Create(Dimension);
        var changes = Vectors.Changes(Dimension, 3000);
        index.Apply(changes);
        index.Apply([.. changes.Select(change => new VectorChange(change.Id, default, []))]);

        Assert.Equal(0, index.Count);
        Assert.Empty(index.Search(changes[0].Vector.Span, new SearchOptions(10), default));

        index.Apply(changes[..100]);
        Assert.Equal(changes[7].Id, index.Search(changes[7].Vector.Span, new SearchOptions(1), default)[0].Id);
        Assert.Equal(100, index.Search(changes[7].Vector.Span, new SearchOptions(200), default).Count);
    }

    [Fact]
    public void ThousandsOfTheSameVector_AreAllFound_OrderedById()
    {
        var index = Create(Dimension);
        var vector = Vectors.Unit(Dimension, 7);
        index.Apply([.. Enumerable.Range(0, 3000).Select(i => new VectorChange(Vectors.Id(i), vector, []))]);
        index.Apply([.. Enumerable.Range(5000, 500).Select(i => new VectorChange(Vectors.Id(i), Vectors.Unit(Dimension, i), []))]);

        var hits = index.Search(vector, new SearchOptions(100), default);

        Assert.Equal(100, hits.Count);
        Assert.All(hits, hit => Assert.Equal(1, hit.Score, 1e-5));
        Assert.Equal(hits.Select(hit => hit.Id).Order(), hits.Select(hit => hit.Id));
    }

    [Fact]
    public Task ReadersBesideAWriter_NeverAWrongAnswer() => ReadBesideAWriterAsync(TimeSpan.FromSeconds(2));

    [Fact(Explicit = true)]
    public Task ReadersBesideAWriter_ForAMinute_NeverAWrongAnswer() => ReadBesideAWriterAsync(TimeSpan.FromMinutes(1));

    /// <summary>
    /// Half of the vectors stay, the others come, change and go. Whenever a reader looks: every hit has the score of one of the vectors that its id ever had, none
    /// comes twice, they are in order, and of those that stay none is left out that is better than the last hit.
    /// </summary>
    private async Task ReadBesideAWriterAsync(TimeSpan duration)
    {
        const int Staying = 1000;
        var index = Create(Dimension);
        var staying = Vectors.Changes(Dimension, Staying);
        index.Apply(staying);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writer = Task.Run(
            () =>
            {
                var random = new Random(1);
                while (!stop.IsCancellationRequested)
                {
                    index.Apply([.. Enumerable.Range(0, 200).Select(_ => random.Next(Staying, 3 * Staying)).Select(i =>
                        new VectorChange(Vectors.Id(i), random.Next(3) == 0 ? default : Vectors.Unit(Dimension, i + (random.Next(2) * 100_000)), []))]);
                }
            },
            CancellationToken.None);
        var numbers = Enumerable.Range(0, 3 * Staying).ToDictionary(Vectors.Id);
        var readers = Enumerable.Range(0, 2).Select(reader => Task.Run(() => Read(index, staying, numbers, new Random(reader), duration, stop.Token), CancellationToken.None)).ToArray();
        try
        {
            var searches = await Task.WhenAll(readers);
            TestContext.Current.SendDiagnosticMessage("{0} searches beside a writer", searches.Sum());
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }
    }

    private static int Read(IVectorIndex index, List<VectorChange> staying, Dictionary<ImageId, int> numbers, Random random, TimeSpan duration, CancellationToken stop)
    {
        var searches = 0;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration && !stop.IsCancellationRequested; searches++)
        {
            var query = Vectors.Unit(Dimension, random.Next());
            var hits = index.Search(query, new SearchOptions(20), default);

            Assert.Equal(20, hits.Count);
            Assert.Equal(20, hits.Select(hit => hit.Id).Distinct().Count());
            for (var i = 0; i < hits.Count; i++)
            {
                var number = numbers[hits[i].Id];
                Assert.True(
                    Near(hits[i].Score, Scalar.Dot(Vectors.Unit(Dimension, number), query)) || (number >= staying.Count && Near(hits[i].Score, Scalar.Dot(Vectors.Unit(Dimension, number + 100_000), query))),
                    "a score that none of the picture's vectors has");
                Assert.True(i == 0 || hits[i - 1].Score >= hits[i].Score, "not in order");
            }

            var worst = hits[^1].Score;
            var found = hits.Select(hit => hit.Id).ToHashSet();
            Assert.DoesNotContain(staying, change => Scalar.Dot(change.Vector.Span, query) > worst + 1e-4 && !found.Contains(change.Id));
        }

        return searches;
    }

    private static bool Near(float a, float b) => MathF.Abs(a - b) < 1e-4f;

    private static void AssertFinds(Dictionary<ImageId, (float[] Vector, string[] Tags)> model, IVectorIndex index, float[] query, in SearchOptions options)
    {
        var (tag, minimum) = (options.Tag, options.MinimumScore);
        var expected = model
            .Where(entry => tag is null || entry.Value.Tags.Contains(tag))
            .Select(entry => new ShardHit(entry.Key, Scalar.Dot(entry.Value.Vector, query)))
            .Where(hit => hit.Score >= minimum)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)
            .Take(options.K).ToList();

        var hits = index.Search(query, options, default);

        Assert.Equal(expected.Count, hits.Count);
        for (var i = 0; i < hits.Count; i++)
        {
            Assert.Equal(expected[i].Score, hits[i].Score, 1e-5);
            Assert.True(hits[i].Id == expected[i].Id || expected.Count(hit => Near(hit.Score, hits[i].Score)) > 1 || i == hits.Count - 1, "another picture, and no tie");
        }
    }
}

public sealed class ExactIndexHistoryTests : VectorIndexHistoryTests
{
    internal override IVectorIndex Create(int dimension) => new ExactIndex(dimension, threads: 2);
}
