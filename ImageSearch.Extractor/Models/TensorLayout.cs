namespace ImageSearch.Extractor.Models;

/// <summary>Order of the axes of a model's input.</summary>
public enum TensorLayout
{
    /// <summary>Batch, channels, height, width.</summary>
    Nchw,

    /// <summary>Batch, height, width, channels.</summary>
    Nhwc,
}
