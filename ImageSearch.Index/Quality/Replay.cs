using ImageSearch.Index.Search;

namespace ImageSearch.Index.Quality;

/// <summary>
/// Compares what a search answered with what is true, and tells those who want to know. With ef to be tuned, the same search is also made
/// with the ef above and below: no live search has to try them, and all are judged by the same queries.
/// </summary>
internal sealed class Replay(RecallWindow window, EfTuner tuner)
{
    private readonly SearchResults _truth = new();
    private readonly SearchResults _other = new();

    public void Run(SampledSearch sample, CancellationToken cancellationToken)
    {
        var (index, snapshot) = (sample.Index!, sample.Snapshot!);
        index.Search(snapshot, sample.Query, sample.Options with { Exact = true }, _truth, cancellationToken);
        var answered = Recall.Of(sample.Hits, _truth[0]);
        if (answered.Expected == 0)
        {
            return; // nothing to be found tells nothing
        }

        window.Add(answered);
        if (!tuner.IsOn || !sample.IsOwnEf)
        {
            return;
        }

        var (k, level) = (sample.Options.K, tuner.Level);
        tuner.Follow(snapshot.Alive);
        foreach (var other in (ReadOnlySpan<int>)[level - 1, level, level + 1])
        {
            // What is less than k makes no difference: k candidates are looked at anyway.
            if (other < 0 || other >= tuner.Ladder.Count || (other < level && tuner.Ladder[other] < k))
            {
                continue;
            }

            tuner.Add(other, tuner.Ladder[other] == sample.Options.Ef ? answered : RecallWith(tuner.Ladder[other]));
        }

        tuner.Decide();

        Recall RecallWith(int ef)
        {
            index.Search(snapshot, sample.Query, sample.Options with { Ef = ef }, _other, cancellationToken);
            return Recall.Of(_other[0], _truth[0]);
        }
    }
}
