namespace ImageSearch.Core.Fingerprints;

/// <summary>Where a picture is light and where dark, in few numbers: what tells most pictures apart at once.</summary>
internal sealed class CoarseLayout
{
    private const int Side = 8;
    private const int Block = PictureFingerprint.Side / Side;

    /// <summary>For each number of quarter turns, which cell of the turned picture each cell becomes.</summary>
    private static readonly int[][] Turned = [.. Enumerable.Range(0, 4).Select(
        quarters => Enumerable.Range(0, Side * Side).Select(cell => Turn(cell, quarters)).ToArray())];

    private readonly float[] _cells = new float[Side * Side];

    /// <param name="grey"><see cref="PictureFingerprint.Grey"/>.</param>
    public CoarseLayout(ReadOnlySpan<float> grey)
    {
        for (var i = 0; i < grey.Length; i++)
        {
            _cells[(i / PictureFingerprint.Side / Block * Side) + (i % PictureFingerprint.Side / Block)] += grey[i];
        }

        var mean = _cells.Average();
        var norm = MathF.Sqrt(_cells.Sum(cell => (cell - mean) * (cell - mean)));
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i] = norm > 0 ? (_cells[i] - mean) / norm : 0;
        }
    }

    /// <param name="quarters">Quarter turns, clockwise, that this one makes first.</param>
    public float Correlation(CoarseLayout other, int quarters)
    {
        var turned = Turned[quarters];
        var sum = 0f;
        for (var i = 0; i < turned.Length; i++)
        {
            sum += _cells[i] * other._cells[turned[i]];
        }

        return sum;
    }

    private static int Turn(int cell, int quarters)
    {
        var (x, y) = (cell % Side, cell / Side);
        for (var i = 0; i < quarters; i++)
        {
            (x, y) = (Side - 1 - y, x);
        }

        return (y * Side) + x;
    }
}
