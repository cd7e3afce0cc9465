namespace ImageSearch.Benchmarks.Sizing;

/// <summary>A kind of index as the model sees it. What each number is made of is told in docs/sizing.md.</summary>
/// <param name="Resident">Bytes of a vector in memory, of so many dimensions.</param>
/// <param name="Read">Bytes of a vector that a scan reads; null: it is a graph and reads a few vectors only.</param>
/// <param name="OnDisk">Bytes of a vector in mapped files.</param>
internal sealed record SizingMode(string Kind, Func<int, double> Resident, Func<int, double>? Read, Func<int, double> OnDisk)
{
    private const int Id = 32;
    private const double IdMap = 7.5; // 5 bytes a slot, of which 60 to 75 % are taken
    private const int Factors = 8; // step, base and two errors of the codes
    private const int FineStep = 64; // dimensions to which lower halves of codes are filled up
    private const int M = 16;

    public static readonly IReadOnlyList<SizingMode> All =
    [
        new("ExactMapped", d => UpperHalves(d) + (Filled(d, FineStep) / 2) + Factors + IdMap, d => UpperHalves(d) + Factors, d => (4.0 * d) + Id),
        new("HnswMapped", d => d + Factors + IdMap + GraphBytes, null, d => (4.0 * d) + Id),
    ];

    /// <summary>2 M neighbours and their count on the ground, M + 1 on each level above, which one row in M reaches.</summary>
    public static double GraphBytes => (4 * ((2 * M) + 1)) + (4.0 * (M + 1) / (M - 1));

    private static double UpperHalves(int dimension) => Filled(dimension, 8) / 2;

    private static double Filled(int dimension, int to) => (dimension + to - 1) / to * to;
}
