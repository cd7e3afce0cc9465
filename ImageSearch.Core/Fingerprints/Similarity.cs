namespace ImageSearch.Core.Fingerprints;

/// <summary>Turns, scales and moves: x' = A x - B y + X, y' = B x + A y + Y.</summary>
internal readonly record struct Similarity(double A, double B, double X, double Y)
{
    public double SquaredScale => (A * A) + (B * B);

    public double Scale => Math.Sqrt(SquaredScale);

    public Similarity Inverse
    {
        get
        {
            var (a, b) = (A / SquaredScale, -B / SquaredScale);
            return new Similarity(a, b, -((a * X) - (b * Y)), -((b * X) + (a * Y)));
        }
    }

    public (double X, double Y) Map(double x, double y) => ((A * x) - (B * y) + X, (B * x) + (A * y) + Y);

    /// <summary>This one after another.</summary>
    public Similarity After(Similarity first)
    {
        var (x, y) = Map(first.X, first.Y);
        return new Similarity((A * first.A) - (B * first.B), (A * first.B) + (B * first.A), x, y);
    }

    /// <summary>The one that turns and scales so, and takes a point to another.</summary>
    public static Similarity Taking(double a, double b, double x, double y, double toX, double toY) =>
        new(a, b, toX - ((a * x) - (b * y)), toY - ((b * x) + (a * y)));
}
