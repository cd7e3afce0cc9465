namespace ImageSearch.Index.Quality;

/// <summary>The values that ef may take, each about a fifth above the one before: smaller steps could not be told apart.</summary>
internal sealed class EfLadder
{
    private const double Step = 1.2;

    /// <summary>The results that a search has when it does not say: fewer candidates make no difference.</summary>
    private const int Smallest = 10;

    private readonly int[] _values;

    /// <param name="start">One of the values.</param>
    /// <param name="maximum">The highest.</param>
    public EfLadder(int start, int maximum)
    {
        var values = new SortedSet<int> { start, maximum };
        for (double ef = start / Step; ef >= Smallest; ef /= Step)
        {
            values.Add((int)Math.Round(ef));
        }

        for (double ef = start * Step; ef < maximum; ef *= Step)
        {
            values.Add((int)Math.Ceiling(ef));
        }

        _values = [.. values];
        Start = Array.IndexOf(_values, start);
    }

    public int Start { get; }

    public int Count => _values.Length;

    public int this[int level] => _values[level];
}
