namespace ImageSearch.Core.Imaging;

/// <summary>What a picture is decoded to: exactly <paramref name="Width"/> × <paramref name="Height"/> pixels.</summary>
/// <param name="ResizeTo">
/// Shorter side before the cut, at least as long as the size's longer side; used by <see cref="ResizeRule.ShorterSideThenCrop"/> only.
/// </param>
public readonly record struct DecodeTarget(int Width, int Height, ResizeRule Resize, int ResizeTo)
{
    /// <summary>Bytes of the decoded picture.</summary>
    public int Bytes => checked(Width * Height * 3);
}
