using ImageSearch.Extractor.Models;

namespace ImageSearch.Extractor.Embedding;

/// <summary>Turns decoded pixels into a model's input: value = (byte - mean) * scale, in the model's order of channels and axes.</summary>
/// <remarks>
/// A byte has 256 values, so each channel's arithmetic is done once, into a table that stays in the first-level cache. 224 × 224
/// pixels take about 0.1 ms this way, a hundredth of decoding and inference.
/// </remarks>
internal sealed class Preprocessor
{
    private readonly TensorLayout _layout;
    private readonly int _length;
    private readonly int[] _source;
    private readonly float[][] _tables;

    public Preprocessor(ModelInput input)
    {
        _layout = input.Layout;
        _length = input.Length;
        _source = input.Channels == ChannelOrder.Rgb ? [0, 1, 2] : [2, 1, 0];
        _tables = [.. Enumerable.Range(0, 3).Select(channel => Table(
            input.Mean.Count == 0 ? 0 : (float)input.Mean[channel], input.Scale.Count == 0 ? 1 : (float)input.Scale[channel]))];
    }

    /// <param name="rgb">R, G, B interleaved, as <see cref="Core.Imaging.ImageDecoder"/> gives them.</param>
    /// <param name="destination">As many floats as there are bytes.</param>
    public void Convert(ReadOnlySpan<byte> rgb, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, _length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, _length);
        var (planes, step) = _layout == TensorLayout.Nchw ? (_length / 3, 1) : (1, 3);
        for (var channel = 0; channel < 3; channel++)
        {
            var table = _tables[channel];
            var to = channel * planes;
            for (var from = _source[channel]; from < rgb.Length; from += 3, to += step)
            {
                destination[to] = table[rgb[from]];
            }
        }
    }

    private static float[] Table(float mean, float scale) => [.. Enumerable.Range(0, 256).Select(value => (value - mean) * scale)];
}
