using System.Buffers;
using System.Numerics;

namespace ImageSearch.Core.Fingerprints;

/// <summary>A grey picture, one float a pixel, rows from the top. Its memory is pooled and goes back when it is disposed.</summary>
internal sealed class GreyPicture(int width, int height) : IDisposable
{
    private float[]? _pixels = ArrayPool<float>.Shared.Rent(width * height);

    public int Width => width;

    public int Height => height;

    public Span<float> Pixels => _pixels.AsSpan(0, width * height);

    /// <param name="rgb">R, G, B interleaved.</param>
    public static GreyPicture Of(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var picture = new GreyPicture(width, height);
        var pixels = picture.Pixels;
        for (int i = 0, from = 0; i < pixels.Length; i++, from += 3)
        {
            // Rec. 601, as JPEG has it.
            pixels[i] = ((77 * rgb[from]) + (150 * rgb[from + 1]) + (29 * rgb[from + 2])) / 256f;
        }

        return picture;
    }

    public Span<float> Row(int y) => _pixels.AsSpan(y * width, width);

    /// <summary>The picture in another size: each new pixel is the mean of what it covers, nearer pixels counting more.</summary>
    public GreyPicture Resize(int newWidth, int newHeight)
    {
        if ((newWidth, newHeight) == (width, height))
        {
            var copy = new GreyPicture(width, height);
            Pixels.CopyTo(copy.Pixels);
            return copy;
        }

        // Rows first: they are added as a whole.
        using var low = new GreyPicture(width, newHeight);
        var rows = Weights(height, newHeight);
        for (var y = 0; y < newHeight; y++)
        {
            var (first, weights) = rows[y];
            low.Row(y).Clear();
            for (var i = 0; i < weights.Length; i++)
            {
                AddTo(low.Row(y), Row(first + i), weights[i]);
            }
        }

        var resized = new GreyPicture(newWidth, newHeight);
        var columns = Weights(width, newWidth);
        for (var x = 0; x < newWidth; x++)
        {
            var (first, weights) = columns[x];
            for (var y = 0; y < newHeight; y++)
            {
                var from = low.Row(y).Slice(first, weights.Length);
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++)
                {
                    sum += weights[i] * from[i];
                }

                resized.Row(y)[x] = sum;
            }
        }

        return resized;
    }

    /// <summary>
    /// Convolves with a symmetric kernel of five, along rows and along columns; beyond its edges the picture goes on as it ends.
    /// </summary>
    /// <param name="centre">Weight of the pixel itself.</param>
    /// <param name="near">Weight of each neighbour.</param>
    /// <param name="far">Weight of each neighbour's neighbour.</param>
    public GreyPicture Smooth(float centre, float near, float far)
    {
        using var rows = new GreyPicture(width, height);
        Span<float> padded = stackalloc float[width + 4];
        for (var y = 0; y < height; y++)
        {
            var row = Row(y);
            row.CopyTo(padded[2..]);
            padded[..2].Fill(row[0]);
            padded[^2..].Fill(row[^1]);
            Convolve(padded, padded[1..], padded[2..], padded[3..], padded[4..], centre, near, far, rows.Row(y));
        }

        var smooth = new GreyPicture(width, height);
        for (var y = 0; y < height; y++)
        {
            Convolve(
                rows.Row(Math.Max(y - 2, 0)), rows.Row(Math.Max(y - 1, 0)), rows.Row(y), rows.Row(Math.Min(y + 1, height - 1)),
                rows.Row(Math.Min(y + 2, height - 1)),
                centre, near, far, smooth.Row(y));
        }

        return smooth;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    private static void Convolve(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> e, float centre,
        float near, float far, Span<float> to)
    {
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = ((new Vector<float>(a[i..]) + new Vector<float>(e[i..])) * far) + (
                (new Vector<float>(b[i..]) + new Vector<float>(d[i..])) * near) + (new Vector<float>(c[i..]) * centre);
            sum.CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            to[i] = ((a[i] + e[i]) * far) + ((b[i] + d[i]) * near) + (c[i] * centre);
        }
    }

    private static void AddTo(Span<float> sum, ReadOnlySpan<float> values, float weight)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sum[i..]) + (new Vector<float>(values[i..]) * weight)).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += values[i] * weight;
        }
    }

    /// <summary>The pixels that each new one is a mean of: a triangle, twice as wide as the larger of the two pixels.</summary>
    private static (int First, float[] Weights)[] Weights(int from, int to)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        var all = new (int, float[])[to];
        for (var i = 0; i < to; i++)
        {
            var centre = ((i + 0.5) * scale) - 0.5;
            var first = Math.Max(0, (int)Math.Ceiling(centre - reach));
            var weights = new float[Math.Min(from - 1, (int)Math.Floor(centre + reach)) - first + 1];
            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] = (float)(1 - (Math.Abs(first + j - centre) / reach));
            }

            var sum = weights.Sum();
            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] /= sum;
            }

            all[i] = (first, weights);
        }

        return all;
    }
}
