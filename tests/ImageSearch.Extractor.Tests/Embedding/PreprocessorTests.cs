using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;

namespace ImageSearch.Extractor.Tests.Embedding;

public sealed class PreprocessorTests
{
    [Theory]
    [InlineData(ChannelOrder.Rgb, TensorLayout.Nchw)]
    [InlineData(ChannelOrder.Bgr, TensorLayout.Nchw)]
    [InlineData(ChannelOrder.Rgb, TensorLayout.Nhwc)]
    [InlineData(ChannelOrder.Bgr, TensorLayout.Nhwc)]
    public void Convert_AnyDeclaration_EqualsTheFormula(ChannelOrder channels, TensorLayout layout)
    {
        var input = new ModelInput
        {
            Width = 13,
            Height = 7,
            Resize = ResizeRule.Stretch,
            Channels = channels,
            Layout = layout,
            Mean = [104, 117.5f, 123],
            Scale = [1, 0.017f, 1 / 58.4f],
        };
        var rgb = new byte[input.Length];
        new Random(1).NextBytes(rgb);
        var actual = new float[input.Length];

        new Preprocessor(input).Convert(rgb, actual);

        for (var y = 0; y < input.Height; y++)
        {
            for (var x = 0; x < input.Width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = rgb[(y * input.Width + x) * 3 + (channels == ChannelOrder.Rgb ? channel : 2 - channel)];
                    var at = layout == TensorLayout.Nchw ? (channel * input.Height + y) * input.Width + x : (y * input.Width + x) * 3 + channel;
                    Assert.Equal((value - (float)input.Mean[channel]) * (float)input.Scale[channel], actual[at]);
                }
            }
        }
    }

    [Fact]
    public void Convert_NothingDeclared_KeepsTheBytes()
    {
        var actual = new float[3];
        new Preprocessor(new ModelInput { Width = 1, Height = 1 }).Convert([1, 2, 255], actual);
        Assert.Equal([1, 2, 255], actual);
    }
}
