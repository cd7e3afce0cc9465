namespace ImageSearch.Extractor.Models;

/// <summary>Order of the colours in a model's input.</summary>
public enum ChannelOrder
{
    Rgb,
    Bgr,
}
