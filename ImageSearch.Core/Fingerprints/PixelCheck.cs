namespace ImageSearch.Core.Fingerprints;

/// <summary>Decides whether two pictures that lie on each other agree, pixel by pixel.</summary>
internal static class PixelCheck
{
    /// <summary>
    /// Least correlation of brightness. Copies are above 0.97; of those that were made grey in another way, some have 0.94.
    /// </summary>
    public const double LeastCorrelation = 0.93;

    private const int Side = PictureFingerprint.Side;

    /// <summary>Least correlation of what is left when the surroundings' mean is taken from each pixel.</summary>
    private const double LeastDetail = 0.95;

    /// <summary>
    /// Difference in detail that one tile may have, as a multiple of what detail the pictures have in the mean. Frames of an animation and
    /// models of a motorcycle agree but for one place; there they differ by 1.4 and more, copies by 0.6 at most.
    /// </summary>
    private const double MostDifference = 0.7;

    /// <summary>Of the smaller picture, what has to be covered.</summary>
    private const double LeastShare = 0.35;

    private const int LeastPixels = 80;
    private const int Around = 2;
    private const int Tile = 5;

    /// <summary>Variance of what rounding and compressing do to a pixel: pictures with less detail have none.</summary>
    private const double Noise = 4;

    public static bool Agrees(PictureFingerprint below, PictureFingerprint above, Overlap overlap, Similarity place)
    {
        var fit = overlap.Compare();
        if (fit.Pixels < LeastPixels || fit.Correlation < LeastCorrelation || Share(below, above, overlap, place, fit.Pixels) < LeastShare)
        {
            return false;
        }

        Span<float> detail = stackalloc float[Side * Side];
        Span<float> other = stackalloc float[Side * Side];
        var energy = Detail(below.Grey, overlap.Pixels, (float)fit.Contrast, detail, other);
        return energy.Correlation >= LeastDetail && LargestDifference(detail, other) <= MostDifference * (energy.Mean + Noise);
    }

    /// <summary>What is covered, of the picture of which less is to be seen.</summary>
    private static double Share(PictureFingerprint below, PictureFingerprint above, Overlap overlap, Similarity place, int pixels) =>
        pixels * overlap.PixelWidth * overlap.PixelHeight / Math.Min(
            (double)below.Width * below.Height, above.Width * above.Height / place.SquaredScale);

    private static (double Correlation, double Mean) Detail(
        ReadOnlySpan<float> below, ReadOnlySpan<float> above, float contrast, Span<float> detail, Span<float> other)
    {
        var (count, squared, otherSquared, product) = (0, 0.0, 0.0, 0.0);
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var i = (row * Side) + column;
                (detail[i], other[i]) = (float.NaN, float.NaN);
                if (float.IsNaN(above[i]))
                {
                    continue;
                }

                var (sum, otherSum, around) = (0f, 0f, 0);
                for (var y = Math.Max(row - Around, 0); y <= Math.Min(row + Around, Side - 1); y++)
                {
                    for (var x = Math.Max(column - Around, 0); x <= Math.Min(column + Around, Side - 1); x++)
                    {
                        if (!float.IsNaN(above[(y * Side) + x]))
                        {
                            sum += below[(y * Side) + x];
                            otherSum += above[(y * Side) + x];
                            around++;
                        }
                    }
                }

                detail[i] = below[i] - (sum / around);
                other[i] = contrast * (above[i] - (otherSum / around));
                squared += detail[i] * detail[i];
                otherSquared += other[i] * other[i];
                product += detail[i] * other[i];
                count++;
            }
        }

        return (product / Math.Sqrt((squared + 1e-9) * (otherSquared + 1e-9)), (squared + otherSquared) / (2 * count));
    }

    /// <summary>Of all tiles that are covered by half or more, the largest mean square.</summary>
    private static double LargestDifference(ReadOnlySpan<float> detail, ReadOnlySpan<float> other)
    {
        var largest = 0.0;
        for (var top = 0; top < Side; top += Tile)
        {
            for (var left = 0; left < Side; left += Tile)
            {
                var (sum, count) = (0.0, 0);
                for (var y = top; y < Math.Min(top + Tile, Side); y++)
                {
                    for (var x = left; x < Math.Min(left + Tile, Side); x++)
                    {
                        var difference = detail[(y * Side) + x] - other[(y * Side) + x];
                        (sum, count) = float.IsNaN(difference) ? (sum, count) : (sum + (difference * difference), count + 1);
                    }
                }

                largest = count > Tile * Tile / 2 ? Math.Max(largest, sum / count) : largest;
            }
        }

        return largest;
    }
}
