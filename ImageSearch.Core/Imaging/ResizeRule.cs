namespace ImageSearch.Core.Imaging;

/// <summary>How a picture of any shape becomes one of a fixed size.</summary>
public enum ResizeRule
{
    /// <summary>Scale so that the shorter side has <c>ResizeTo</c> pixels, then cut the size out of the middle.</summary>
    ShorterSideThenCrop,

    /// <summary>Scale both sides to the size, whatever that does to the proportions.</summary>
    Stretch,
}
