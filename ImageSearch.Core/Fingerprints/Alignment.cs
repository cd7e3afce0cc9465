namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// Moves a picture on another one, by fractions of a pixel, to where their difference is least (Lucas and Kanade, 1981, for similarities,
/// with a Gauss-Newton step a round).
/// </summary>
internal static class Alignment
{
    private const int Side = PictureFingerprint.Side;
    private const int Parameters = 4;
    private const int Rounds = 10;

    /// <summary>
    /// What may be missing to the correlation that is wanted, at first and for each round that was made: most places are wrong, and left
    /// soon.
    /// </summary>
    private const double MostMissing = 0.35;
    private const double MissingAfterRound = 0.6;

    /// <summary>
    /// Grey levels from which on a pixel's difference counts for less: what is drawn over a picture is not to pull it away.
    /// </summary>
    private const double Outlier = 10;

    /// <summary>
    /// A step that changes scale or angle by more has lost its way; so has one that moves by more pixels at
    /// <see cref="PictureFingerprint.LongerSide"/>.
    /// </summary>
    private const double LongestTurn = 0.2;
    private const double LongestMove = 20;

    /// <summary>Steps that turn and move by less are the last.</summary>
    private const double ShortestTurn = 0.001;
    private const double ShortestMove = 0.1;

    /// <param name="overlap">Holds the pixels at the returned place then.</param>
    /// <param name="place">Where it is to begin.</param>
    public static Similarity Refine(PictureFingerprint below, Overlap overlap, Similarity place)
    {
        Span<double> matrix = stackalloc double[Parameters * Parameters];
        Span<double> step = stackalloc double[Parameters];
        var missing = MostMissing;
        for (var round = 0; round < Rounds; round++, missing *= MissingAfterRound)
        {
            var fit = overlap.Compare();
            if (fit.Correlation < PixelCheck.LeastCorrelation - missing)
            {
                break;
            }

            Accumulate(below, overlap, fit, matrix, step);
            if (!Solve(matrix, step) || Math.Abs(step[0]) > LongestTurn || Math.Abs(step[1]) > LongestTurn
                || Math.Abs(step[2]) > LongestMove || Math.Abs(step[3]) > LongestMove)
            {
                break;
            }

            // The step turns about the middle of the picture below, before the picture is put at its place.
            var (x, y) = (below.Width / 2.0, below.Height / 2.0);
            place = place.After(Similarity.Taking(1 + step[0], step[1], x, y, x + step[2], y + step[3]));
            if (place.Scale is < 0.5 or > PictureFingerprint.LongerSide)
            {
                break;
            }

            overlap.Put(place);
            if (Math.Abs(step[0]) + Math.Abs(step[1]) < ShortestTurn && Math.Abs(step[2]) + Math.Abs(step[3]) < ShortestMove)
            {
                break;
            }
        }

        return place;
    }

    /// <summary>The normal equations of the step: how the difference changes with scale, angle and place at every pixel.</summary>
    private static void Accumulate(PictureFingerprint below, Overlap overlap, Overlap.Fit fit, Span<double> matrix, Span<double> step)
    {
        ReadOnlySpan<float> pixels = overlap.Pixels, grey = below.Grey;
        Span<double> change = stackalloc double[Parameters];
        matrix.Clear();
        step.Clear();
        for (var row = 1; row < Side - 1; row++)
        {
            for (var column = 1; column < Side - 1; column++)
            {
                var i = (row * Side) + column;
                var dx = fit.Contrast * (pixels[i + 1] - pixels[i - 1]) / (2 * overlap.PixelWidth);
                var dy = fit.Contrast * (pixels[i + Side] - pixels[i - Side]) / (2 * overlap.PixelHeight);
                var difference = grey[i] - (fit.Contrast * pixels[i]) - fit.Brightness;
                if (double.IsNaN(dx + dy + difference))
                {
                    continue;
                }

                var (x, y) = (((column + 0.5) * overlap.PixelWidth) - (below.Width / 2.0), (
                    (row + 0.5) * overlap.PixelHeight) - (below.Height / 2.0));
                (change[0], change[1], change[2], change[3]) = ((dx * x) + (dy * y), (dy * x) - (dx * y), dx, dy);
                var weight = 1 / (1 + (Math.Abs(difference) / Outlier));
                for (var p = 0; p < Parameters; p++)
                {
                    var weighted = weight * change[p];
                    step[p] += weighted * difference;
                    for (var q = p; q < Parameters; q++)
                    {
                        matrix[(p * Parameters) + q] += weighted * change[q];
                    }
                }
            }
        }
    }

    /// <summary>Solves a symmetric system, of which the upper half is given, by elimination; the right side becomes the solution.</summary>
    private static bool Solve(Span<double> matrix, Span<double> right)
    {
        for (var p = 0; p < Parameters; p++)
        {
            var pivot = matrix[(p * Parameters) + p] += 1e-3;
            for (var q = p + 1; q < Parameters; q++)
            {
                var factor = matrix[(p * Parameters) + q] / pivot;
                for (var r = q; r < Parameters; r++)
                {
                    matrix[(q * Parameters) + r] -= factor * matrix[(p * Parameters) + r];
                }

                right[q] -= factor * right[p];
            }

            if (!(pivot > 1e-9))
            {
                return false;
            }
        }

        for (var p = Parameters - 1; p >= 0; p--)
        {
            for (var q = p + 1; q < Parameters; q++)
            {
                right[p] -= matrix[(p * Parameters) + q] * right[q];
            }

            right[p] /= matrix[(p * Parameters) + p];
        }

        return true;
    }
}
