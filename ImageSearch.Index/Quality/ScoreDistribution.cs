using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Quality;

/// <summary>
/// How alike the pictures of the index are to each other, for those who judge what a score means. Measured anew when the index has become
/// another one, or some minutes after it changed at all. One thread refreshes, any may read.
/// </summary>
internal sealed class ScoreDistribution(TimeProvider clock)
{
    /// <summary>After a change that is no large one.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Growth or shrinking, as a share, that makes it another index.</summary>
    private const double Change = 0.1;

    private ScoreStats? _current;
    private ScoreSample? _sample;
    private IVectorIndex? _index;
    private (long Alive, int Version, long At) _seen;

    /// <summary>Null while there is nothing to compare, or it was not done yet.</summary>
    public ScoreStats? Current => Volatile.Read(ref _current);

    /// <returns>How alike a vector is to pictures of the index; null as for <see cref="Current"/>.</returns>
    public ScoreStats? Of(ReadOnlySpan<float> vector) => Volatile.Read(ref _sample)?.CompareWith(vector);

    /// <returns>Whether there was reason to measure.</returns>
    public bool Refresh(IVectorIndex index, CancellationToken cancellationToken)
    {
        var snapshot = index.Current;
        if (!IsDue(index, snapshot))
        {
            return false;
        }

        var sample = ScoreSample.Draw(snapshot, index.Dimension);
        Volatile.Write(ref _sample, sample);
        Volatile.Write(ref _current, sample?.ComparePairs(cancellationToken));
        (_index, _seen) = (index, (snapshot.Alive, snapshot.Version, clock.GetTimestamp()));
        return true;
    }

    private bool IsDue(IVectorIndex index, ReadView snapshot) =>
        index != _index
        || Math.Abs(snapshot.Alive - _seen.Alive) > Change * _seen.Alive
        || (snapshot.Version != _seen.Version && clock.GetElapsedTime(_seen.At) >= Interval);
}
