using System.Buffers;
using ImageSearch.Core.Fingerprints;
using NetVips;
using VipsRuntime = NetVips.NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>Decodes pictures to a fixed size for models.</summary>
/// <remarks>
/// Safe to call from many threads at once; a call uses one thread and, but for progressive and interlaced files, memory for some lines
/// only.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>
    /// A picture of which the model sees this much, before the cut, is decoded once for both; a smaller one has lost what fingerprints are
    /// made of, and one that is longer would take memory that this class promises not to take.
    /// </summary>
    private const int LeastShared = 192;
    private const int LongestShared = 4;

    /// <summary>Decodes the first frame, upright, over white, in sRGB: 8-bit R, G, B interleaved, rows from the top.</summary>
    /// <param name="crop">Part of the upright picture to take; null for all of it.</param>
    /// <param name="destination">Exactly <see cref="DecodeTarget.Bytes"/> long.</param>
    /// <exception cref="InvalidImageException">The picture is none, exceeds the limits, or does not decode.</exception>
    public static void Decode(
        ReadOnlyMemory<byte> content, DecodeTarget target, CropRectangle? crop, ImageLimits limits, Span<byte> destination)
    {
        var info = ImageInspector.Inspect(content, limits, out var picture);
        Decode(picture, info, target, crop, destination);
    }

    /// <summary>
    /// As <see cref="Decode(ReadOnlyMemory{byte}, DecodeTarget, CropRectangle?, ImageLimits, Span{byte})"/>, the same to the last bit.
    /// </summary>
    /// <returns>The fingerprint of the part that was taken.</returns>
    /// <exception cref="InvalidImageException">The picture is none, exceeds the limits, or does not decode.</exception>
    public static PictureFingerprint DecodeWithFingerprint(
        ReadOnlyMemory<byte> content, DecodeTarget target, CropRectangle? crop, ImageLimits limits, Span<byte> destination)
    {
        var info = ImageInspector.Inspect(content, limits, out var picture);
        var part = PixelRectangle.Of(crop, info.Width, info.Height);
        var (width, height) = FitSize(part, target);
        var isShared = target.Resize == ResizeRule.ShorterSideThenCrop && target.ResizeTo >= LeastShared
            && Math.Max(width, height) <= LongestShared * target.ResizeTo;
        if (!isShared)
        {
            Decode(picture, info, target, crop, destination);
            (width, height) = PictureFingerprint.SizeOf(part.Width, part.Height);
        }

        var whole = isShared ? target with { Width = width, Height = height } : new DecodeTarget(width, height, ResizeRule.Stretch, 0);
        var pixels = ArrayPool<byte>.Shared.Rent(whole.Bytes);
        try
        {
            var seen = pixels.AsSpan(0, whole.Bytes);
            Decode(picture, info, whole, crop, seen);
            for (var row = 0; isShared && row < target.Height; row++)
            {
                var from = (((((height - target.Height) / 2) + row) * width) + ((width - target.Width) / 2)) * 3;
                seen.Slice(from, target.Width * 3).CopyTo(destination[(row * target.Width * 3)..]);
            }

            return PictureFingerprint.Create(seen, width, height, part.Width, part.Height);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private static unsafe void Decode(
        EncodedPicture picture, ImageInfo info, DecodeTarget target, CropRectangle? crop, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, target.Bytes);
        var pixels = nint.Zero;
        try
        {
            ulong length = 0;
            picture.Decode(() =>
            {
                using var image = Fit(picture, info, target, crop);
                pixels = image.WriteToMemory(out length);
            });
            if (length != (ulong)destination.Length)
            {
                throw new InvalidOperationException($"The picture has {length} bytes of samples where {destination.Length} were expected.");
            }

            new ReadOnlySpan<byte>((void*)pixels, destination.Length).CopyTo(destination);
        }
        finally
        {
            VipsRuntime.Free(pixels);
        }
    }

    private static Image Fit(EncodedPicture picture, ImageInfo info, DecodeTarget target, CropRectangle? crop)
    {
        var part = PixelRectangle.Of(crop, info.Width, info.Height);
        var (fitWidth, fitHeight) = FitSize(part, target);

        // 1. The whole picture, shrunk while it is decoded so that the part comes out at its size; never enlarged, for a small part of
        //    a large picture would become a gigantic one.
        var width = Math.Min(info.Width, Scaled(info.Width, fitWidth, part.Width));
        var height = Math.Min(info.Height, Scaled(info.Height, fitHeight, part.Height));
        var image = Upright.Load(picture, info, width, height);
        try
        {
            // 2. The part.
            if (crop is not null)
            {
                var shrunk = PixelRectangle.Of(crop, image.Width, image.Height);
                Replace(ref image, image.ExtractArea(shrunk.Left, shrunk.Top, shrunk.Width, shrunk.Height));
            }

            // 3. What rounding left, and pictures that are smaller than the model's input.
            if (image.Width != fitWidth || image.Height != fitHeight)
            {
                Replace(ref image, image.ThumbnailImage(fitWidth, fitHeight, Enums.Size.Force, noRotate: true));
            }

            // 4. The middle.
            if (fitWidth != target.Width || fitHeight != target.Height)
            {
                Replace(ref image, image.ExtractArea(
                    (fitWidth - target.Width) / 2, (fitHeight - target.Height) / 2, target.Width, target.Height));
            }

            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static (int Width, int Height) FitSize(PixelRectangle part, DecodeTarget target)
    {
        if (target.Resize == ResizeRule.Stretch)
        {
            return (target.Width, target.Height);
        }

        // A side a thousand times the other is cut rather than followed: what lies outside the middle is thrown away anyway.
        var shorter = Math.Min(part.Width, part.Height);
        var longest = target.ResizeTo * 1000;
        return (Math.Min(Scaled(part.Width, target.ResizeTo, shorter), longest), Math.Min(
            Scaled(part.Height, target.ResizeTo, shorter), longest));
    }

    private static int Scaled(int value, int numerator, int denominator) =>
        (int)Math.Clamp(((long)value * numerator * 2 + denominator) / (2L * denominator), 1, int.MaxValue);

    private static void Replace(ref Image image, Image next)
    {
        image.Dispose();
        image = next;
    }
}
