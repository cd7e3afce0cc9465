namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// The part of a picture that another one covers, and that picture's pixels there. The picture whose pixels are larger is the one that lies
/// below: what it does not show is not compared.
/// </summary>
internal readonly ref struct Overlap
{
    private const int Side = PictureFingerprint.Side;

    /// <summary>Samples of the finer picture in each direction that make a pixel of the coarser one.</summary>
    private const int MostSamples = 4;

    private readonly PictureFingerprint _below;
    private readonly PictureFingerprint _above;

    /// <param name="above">
    /// Room for the covering picture's pixels, <see cref="PictureFingerprint.Side"/> squared; NaN where it does not cover.
    /// </param>
    public Overlap(PictureFingerprint below, PictureFingerprint above, Span<float> pixels)
    {
        (_below, _above) = (below, above);
        Pixels = pixels;
        (PixelWidth, PixelHeight) = ((double)below.Width / Side, (double)below.Height / Side);
    }

    /// <summary>Of the picture below, in pixels at <see cref="PictureFingerprint.LongerSide"/>.</summary>
    public double PixelWidth { get; }

    public double PixelHeight { get; }

    public Span<float> Pixels { get; }

    /// <summary>Puts the picture above at a place.</summary>
    /// <param name="place">From the picture below to the one above; its scale is at least 1.</param>
    /// <param name="step">1: every pixel. More: every so many in each direction, from one sample; the others are not covered.</param>
    public void Put(Similarity place, int step = 1)
    {
        var scale = place.Scale;
        var samples = step > 1 ? 1 : Math.Clamp((int)Math.Round(scale), 1, MostSamples);
        // A pixel at the edge of either picture is half of something else.
        var (marginX, marginY) = (PixelWidth * scale, PixelHeight * scale);
        if (step > 1)
        {
            Pixels.Fill(float.NaN);
        }

        for (var row = 0; row < Side; row += step)
        {
            for (var column = 0; column < Side; column += step)
            {
                var (x, y) = place.Map((column + 0.5) * PixelWidth, (row + 0.5) * PixelHeight);
                Pixels[(row * Side) + column] = x >= marginX && y >= marginY && x <= _above.Width - marginX && y <= _above.Height - marginY
                    ? Sample(place, x, y, samples)
                    : float.NaN;
            }
        }
    }

    private float Sample(Similarity place, double x, double y, int samples)
    {
        if (samples == 1)
        {
            return At(x, y);
        }

        var sum = 0f;
        for (var row = 0; row < samples; row++)
        {
            var down = (((row + 0.5) / samples) - 0.5) * PixelHeight;
            for (var column = 0; column < samples; column++)
            {
                var right = (((column + 0.5) / samples) - 0.5) * PixelWidth;
                sum += At(x + (place.A * right) - (place.B * down), y + (place.B * right) + (place.A * down));
            }
        }

        return sum / (samples * samples);
    }

    /// <summary>Between pixels, their means.</summary>
    private float At(double x, double y)
    {
        var grey = _above.Grey;
        var column = (float)Math.Clamp((x * Side / _above.Width) - 0.5, 0, Side - 1.001);
        var row = (float)Math.Clamp((y * Side / _above.Height) - 0.5, 0, Side - 1.001);
        var at = ((int)row * Side) + (int)column;
        var (right, down) = (column - (int)column, row - (int)row);
        var top = grey[at] + (right * (grey[at + 1] - grey[at]));
        var bottom = grey[at + Side] + (right * (grey[at + Side + 1] - grey[at + Side]));
        return top + (down * (bottom - top));
    }

    /// <summary>How the pixels below are best made of those above: contrast and brightness may be others.</summary>
    public Fit Compare()
    {
        var grey = _below.Grey;
        var (count, below, above, belowSquared, aboveSquared, product) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < Pixels.Length; i++)
        {
            double pixel = Pixels[i];
            if (!double.IsNaN(pixel))
            {
                double other = grey[i];
                count++;
                below += other;
                above += pixel;
                belowSquared += other * other;
                aboveSquared += pixel * pixel;
                product += other * pixel;
            }
        }

        if (count == 0)
        {
            return default;
        }

        var covariance = product - (below * above / count);
        var (belowVariance, aboveVariance) = (belowSquared - (below * below / count), aboveSquared - (above * above / count));
        var contrast = covariance / (aboveVariance + 1);
        return new Fit(
            count, covariance / Math.Sqrt((belowVariance + 1) * (aboveVariance + 1)), contrast, (below - (contrast * above)) / count);
    }

    /// <param name="Pixels">Covered pixels.</param>
    /// <param name="Correlation">-1..1.</param>
    public readonly record struct Fit(int Pixels, double Correlation, double Contrast, double Brightness);
}
