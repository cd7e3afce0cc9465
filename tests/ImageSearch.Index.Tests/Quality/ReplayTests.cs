using ImageSearch.Core.Store;
using ImageSearch.Index.Quality;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Graph;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Tests.Quality;

/// <summary>Searches that were answered by a real index and are replayed on it.</summary>
public sealed class ReplayTests : IDisposable
{
    private const int Dimension = 32;

    private readonly RecallWindow _window = new();
    private readonly EfTuner _tuner = new(new EfLadder(64, 4096), 0);
    private readonly ExactIndex _index = new(Dimension);
    private readonly RecallSampler _sampler;

    public ReplayTests()
    {
        _sampler = Sampler(1);
        _index.Apply(Vectors.Changes(Dimension, 3000));
    }

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public void Run_Exact_HasEveryTrueResult()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            Replayed(Vectors.Unit(Dimension, 1_000_000 + seed));
        }

        Assert.Equal((1.0, 50L), (_window.Value!.Value, _window.Samples));
    }

    [Fact]
    public void Run_AnswerThatMissesSome_HasALowerRecall()
    {
        var query = Vectors.Unit(Dimension, 1_000_000);
        var sample = Taken(query, () =>
        {
            // An approximate index: it has not seen a fifth of the true results.
            var (results, poor) = (new SearchResults(), new ExactIndex(Dimension));
            var (first, sixth) = (Nearest(query, 0).Id, Nearest(query, 5).Id);
            poor.Apply([.. Vectors.Changes(Dimension, 3000).Where(change => change.Id != first && change.Id != sixth)]);
            poor.Search(query, new SearchOptions(10), results, default);
            return results;
        });
        new Replay(_window, _tuner).Run(sample, default);

        Assert.Equal(0.8, _window.Value);
    }

    [Fact]
    public void Run_IndexThatChangedSince_IsComparedWithWhatItWas()
    {
        var query = Vectors.Unit(Dimension, 1_000_000);
        var nearest = Enumerable.Range(0, 10).Select(i => Nearest(query, i).Id).ToArray();
        var sample = Taken(query, () => Answer(query, new SearchOptions(10)));

        // What was found is deleted, changed, or pushed away by nearer ones; then everything is moved to other segments.
        _index.Apply([.. nearest[..5].Select(id => new VectorChange(id, default, [])), .. nearest[5..].Select(id => new VectorChange(id, Vectors.Unit(Dimension, 7), []))]);
        _index.Apply([.. Enumerable.Range(5000, 20).Select(i => new VectorChange(Vectors.Id(i), query, []))]);
        _index.Apply([.. Enumerable.Range(0, 2900).Select(i => new VectorChange(Vectors.Id(i), default, []))]);
        new Replay(_window, _tuner).Run(sample, default);

        Assert.Equal((1.0, 1L), (_window.Value!.Value, _window.Samples));
    }

    [Fact]
    public void Run_NothingToBeFound_IsNoSample()
    {
        Replayed(Vectors.Unit(Dimension, 1), new SearchOptions(10, Tag: "nobody has it"));

        Assert.Equal((null, 0L), (_window.Value, _window.Samples));
    }

    [Fact]
    public void Offer_WhileAnotherIsReplayed_IsDropped()
    {
        var query = Vectors.Unit(Dimension, 1);
        var sample = Taken(query, () => Answer(query, new SearchOptions(1)));
        var dropped = _sampler.Dropped;

        Offer(_sampler, 2);
        Offer(_sampler, 3);

        Assert.Equal(dropped + 2, _sampler.Dropped);
        Assert.Equal(query, sample.Query.ToArray());
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.1, 60, 140)]
    [InlineData(1, 1000, 1000)]
    public void Offer_Fraction_IsDrawn(double fraction, int least, int most)
    {
        using var sampler = Sampler(fraction);
        for (var i = 0; i < 1000; i++)
        {
            Offer(sampler, i);
        }

        Assert.InRange(sampler.Dropped, least, most);
    }

    [Fact]
    public void Offer_EfNotYetTuned_DrawsEverySearch()
    {
        using var sampler = new RecallSampler(Options.Create(new IndexOptions { RecallSample = 0.001 }), new EfTuner(new EfLadder(64, 4096), 0.99), new Random(1));
        for (var i = 0; i < 100; i++)
        {
            Offer(sampler, i);
        }

        Assert.Equal(100, sampler.Dropped);
    }

    [Fact]
    public void Run_GraphWithATarget_FindsTheEfThatReachesIt()
    {
        const double Target = 0.95;
        var graph = new GraphIndex(Dimension, new GraphParameters(M: 4, EfConstruction: 20, Ef: 10, MaximumEf: 1000, Seed: 1));
        graph.Apply(Vectors.Changes(Dimension, 3000));
        var tuner = new EfTuner(new EfLadder(10, 1000), Target);
        var (replay, sample, results) = (new Replay(_window, tuner), new SampledSearch(), new SearchResults());
        for (var i = 0; i < 20_000 && !tuner.IsSettled; i++)
        {
            var (query, search) = (Vectors.Unit(Dimension, 1_000_000 + i), new SearchOptions(10, Ef: tuner.Ef));
            graph.Search(query, search, results, default);
            sample.Set(graph, graph.Current, query, search, true, results[0]);
            replay.Run(sample, default);
        }

        Assert.True(tuner.IsSettled);
        Assert.True(RecallWith(10) < Target - 0.02, $"With the smallest ef the recall is {RecallWith(10)}: there is nothing to tune.");
        Assert.InRange(RecallWith(tuner.Ef), Target - 0.01, 1);
        Assert.InRange(RecallWith(tuner.Ef * 3 / 5), 0, Target + 0.01);

        double RecallWith(int ef)
        {
            var (window, truth) = (new RecallWindow(), new SearchResults());
            for (var i = 0; i < 500; i++)
            {
                var query = Vectors.Unit(Dimension, 2_000_000 + i);
                graph.Search(query, new SearchOptions(10, Ef: ef), results, default);
                graph.Search(query, new SearchOptions(10, Exact: true), truth, default);
                window.Add(Recall.Of(results[0], truth[0]));
            }

            return window.Value!.Value;
        }
    }

    private static RecallSampler Sampler(double fraction) =>
        new(Options.Create(new IndexOptions { RecallSample = fraction }), new EfTuner(new EfLadder(64, 4096), 0), new Random(1));

    private SearchResults Answer(float[] query, SearchOptions options)
    {
        var results = new SearchResults();
        _index.Search(query, options, results, default);
        return results;
    }

    private ShardHit Nearest(float[] query, int rank) => Answer(query, new SearchOptions(10, Exact: true))[0][rank];

    private void Replayed(float[] query, SearchOptions? options = null)
    {
        var search = options ?? new SearchOptions(10);
        new Replay(_window, _tuner).Run(Taken(query, () => Answer(query, search), search), default);
    }

    /// <summary>A search that the sampler gave to who waits for one.</summary>
    private SampledSearch Taken(float[] query, Func<SearchResults> answer, SearchOptions? options = null)
    {
        var (snapshot, results) = (_index.Current, answer());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var taking = Task.Run(() => _sampler.Take(deadline.Token));
        while (!taking.IsCompleted)
        {
            _sampler.Offer(_index, snapshot, query, options ?? new SearchOptions(10), true, results);
            Thread.Yield();
        }

        return taking.GetAwaiter().GetResult();
    }

    private void Offer(RecallSampler sampler, int seed)
    {
        var query = Vectors.Unit(Dimension, seed);
        sampler.Offer(_index, _index.Current, query, new SearchOptions(1), true, Answer(query, new SearchOptions(1)));
    }
}
