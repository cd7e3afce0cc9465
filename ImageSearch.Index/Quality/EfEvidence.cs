namespace ImageSearch.Index.Quality;

/// <summary>What is known of the recall with one ef.</summary>
/// <param name="window">Samples that count; a power of two. When there are so many, all before count half.</param>
internal sealed class EfEvidence(int window)
{
    /// <summary>Samples before anything is concluded from them.</summary>
    private const int Fewest = 64;

    /// <summary>Standard errors that a conclusion takes: with 3 it is wrong once in 700 times at most.</summary>
    private const double Certainty = 3;

    private double _samples;
    private double _sum;
    private double _squares;
    private double _found;
    private double _expected;

    public int Samples => (int)_samples;

    /// <summary>
    /// Now is the time for a conclusion: whenever the samples have doubled. Who looks after every sample finds by chance, sooner or later,
    /// whatever is looked for.
    /// </summary>
    public bool IsDue { get; private set; }

    /// <summary>The recall is hardly higher.</summary>
    public double Upper => Math.Max(Mean, Prudent) + (Certainty * Error);

    /// <summary>The recall is hardly lower.</summary>
    public double Lower => Math.Min(Mean, Prudent) - (Certainty * Error);

    private double Mean => _sum / _samples;

    /// <summary>As if two more results had been found and two missed: a few perfect answers do not prove that all are.</summary>
    private double Prudent => (_found + 2) / (_expected + 4);

    /// <summary>
    /// From how answers differ, because the results of one are not independent of each other, but no less than that of independent results,
    /// because a few answers may be alike by chance.
    /// </summary>
    private double Error
    {
        get
        {
            var between = _samples > 1 ? (_squares - (_samples * Mean * Mean)) / (_samples - 1) : 0;
            var least = Prudent * (1 - Prudent) * _samples / _expected;
            return Math.Sqrt(Math.Max(between, least) / _samples);
        }
    }

    public void Add(Recall recall)
    {
        if (_samples >= window)
        {
            (_samples, _sum, _squares, _found, _expected) = (_samples / 2, _sum / 2, _squares / 2, _found / 2, _expected / 2);
        }

        _samples++;
        _sum += recall.Value;
        _squares += recall.Value * recall.Value;
        _found += recall.Found;
        _expected += recall.Expected;
        IsDue = _samples >= Fewest && double.IsPow2(_samples);
    }

    /// <summary>No new sample: nothing to conclude from a second time.</summary>
    public void Concluded() => IsDue = false;
}
