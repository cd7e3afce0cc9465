using ImageSearch.Core.Imaging;

namespace ImageSearch.Extractor.Models;

/// <summary>What a model wants to see. Configuration section <c>Model:Input</c>.</summary>
public sealed class ModelInputOptions
{
    /// <summary>Name of the graph's input.</summary>
    public string Name { get; set; } = "";

    /// <summary>Pixels, 1..2048.</summary>
    public int Width { get; set; }

    /// <summary>Pixels, 1..2048.</summary>
    public int Height { get; set; }

    /// <summary>How a picture of any shape becomes one of this size. Default <see cref="ResizeRule.ShorterSideThenCrop"/>.</summary>
    public ResizeRule Resize { get; set; } = ResizeRule.ShorterSideThenCrop;

    /// <summary>Shorter side before the middle is cut out, in pixels. Default: the longer of width and height.</summary>
    public int? ResizeTo { get; set; }

    /// <summary>Default <see cref="ChannelOrder.Rgb"/>.</summary>
    public ChannelOrder Channels { get; set; } = ChannelOrder.Rgb;

    /// <summary>Default <see cref="TensorLayout.Nchw"/>.</summary>
    public TensorLayout Layout { get; set; } = TensorLayout.Nchw;

    /// <summary>Subtracted from the byte, per channel in the model's own order. Default 0, 0, 0.</summary>
    public IList<float> Mean { get; set; } = [];

    /// <summary>Multiplied with the difference, per channel in the model's own order: value = (byte - mean) * scale. Default 1, 1, 1.</summary>
    public IList<float> Scale { get; set; } = [];

    /// <summary>Floats of one picture.</summary>
    public int Length => Width * Height * 3;

    public DecodeTarget Target => new(Width, Height, Resize, ResizeTo ?? Math.Max(Width, Height));
}
