
namespace ImageSearch.Index.Quality;

/// <summary>How much of the truth an answer has.</summary>
/// <param name="Found">Of the true results those that the answer has.</param>
/// <param name="Expected">True results.</param>
internal readonly record struct Recall(int Found, int Expected)
{
    /// <summary>What two ways of summing up the same products may differ by: so near to the last true result another is as true.</summary>
    private const float Tie = 2e-6f;

    public double Value => Expected == 0 ? 1 : (double)Found / Expected;

    /// <param name="answer">Best first.</param>
    /// <param name="truth">Best first, from the same vectors.</param>
    public static Recall Of(ReadOnlySpan<ShardHit> answer, ReadOnlySpan<ShardHit> truth)
    {
        if (truth.IsEmpty)
        {
            return default;
        }

        var found = 0;
        var last = truth[^1].Score - Tie;
        foreach (var hit in answer)
        {
            // By score where ties are cut off, by id in general: a search that overrates what it found is not believed.
            found += Contains(truth, hit) || (hit.Score >= last && hit.Score <= truth[^1].Score + Tie) ? 1 : 0;
        }

        return new Recall(Math.Min(found, truth.Length), truth.Length);
    }

    private static bool Contains(ReadOnlySpan<ShardHit> hits, ShardHit hit)
    {
        foreach (var other in hits)
        {
            if (other.Id == hit.Id)
            {
                return true;
            }
        }

        return false;
    }
}
