namespace ImageSearch.Benchmarks.Vectors;

/// <summary>How an engine was built.</summary>
/// <param name="Resident">Bytes that the process took for it and no file backs.</param>
/// <param name="Account">Bytes by the engine's own account, 0 where it has none.</param>
/// <param name="Graph">The part of the account that are neighbours.</param>
/// <param name="Mapped">Bytes that files back.</param>
internal sealed record Built(int Threads, double Seconds, bool Cached, long Resident, long Account, long Graph, long Mapped, string Version);

/// <summary>One round of measurements.</summary>
/// <param name="Milliseconds">Queries one by one.</param>
/// <param name="Rates16">Queries a second, 16 at a time; empty where it was not measured.</param>
/// <param name="BytesPerSecond">What memory gave just before.</param>
/// <param name="FlopsPerSecond">What the registers gave just before.</param>
internal sealed record Round(double[] Milliseconds, double[] Rates16, double[] Rates256, double Allocated, double BytesPerSecond, double FlopsPerSecond)
{
    public double P50 => Statistics.Median(Milliseconds);

    public double Rate1 => 1000 / Milliseconds.Average();

    public double Rate16 => Statistics.Median(Rates16);

    public double Rate256 => Statistics.Median(Rates256);
}

/// <summary>Everything measured of an engine with one number of threads and one parameter.</summary>
/// <param name="Recall">Measured on it.</param>
/// <param name="Tuned">The recall that the parameter is the smallest for, 0 where it was simply chosen.</param>
internal sealed record Figures(EngineKind Kind, int Threads, int Parameter, double Recall, double Tuned, Built Built)
{
    public List<Round> Rounds { get; } = [];

    public double P50 => Statistics.Median(Rounds.SelectMany(round => round.Milliseconds));

    public double P99 => Statistics.Percentile(Rounds.SelectMany(round => round.Milliseconds), 99);

    public double Rate1 => 1000 / Rounds.SelectMany(round => round.Milliseconds).Average();

    public double Rate16 => Statistics.Median(Rounds.SelectMany(round => round.Rates16));

    public double Rate256 => Statistics.Median(Rounds.SelectMany(round => round.Rates256));

    /// <summary>Bytes a query in the steady state.</summary>
    public double Allocated => Rounds.Select(round => round.Allocated).Min();

    /// <summary>The median over the rounds: both sides of a ratio were measured within seconds of each other.</summary>
    public double OfRounds(Func<Round, double> value) => Statistics.Median(Rounds.Select(value));

    /// <inheritdoc cref="OfRounds"/>
    public double Over(Figures other, Func<Round, double> value) => Statistics.Median(Rounds.Zip(other.Rounds, (mine, theirs) => value(mine) / value(theirs)));

    /// <summary>Part of what memory gives that one query reads: bytes of all vectors / p50 / bytes per second.</summary>
    public double OfBandwidth(int count, int dimension) => OfRounds(round => count * (double)dimension * Kind.ReadPerFloat / (round.P50 / 1000) / round.BytesPerSecond);

    /// <summary>Part of the peak of multiplications and additions in batches of 256: 2 · N · d · queries per second / flops per second.</summary>
    public double OfFlops(int count, int dimension) => OfRounds(round => 2.0 * count * dimension * round.Rate256 / round.FlopsPerSecond);
}
