namespace ImageSearch.Core.Imaging;

/// <summary>A part of a picture in whole pixels; at least one, inside the picture.</summary>
internal readonly record struct PixelRectangle(int Left, int Top, int Width, int Height)
{
    public static PixelRectangle Of(CropRectangle? crop, int width, int height)
    {
        if (crop is not { } part)
        {
            return new PixelRectangle(0, 0, width, height);
        }

        var left = Math.Min((int)(part.X * width), width - 1);
        var top = Math.Min((int)(part.Y * height), height - 1);
        return new PixelRectangle(
            left,
            top,
            Math.Clamp((int)Math.Round(part.Width * width), 1, width - left),
            Math.Clamp((int)Math.Round(part.Height * height), 1, height - top));
    }
}
