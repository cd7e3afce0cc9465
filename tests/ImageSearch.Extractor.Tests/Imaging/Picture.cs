using System.Runtime.InteropServices;
using ImageSearch.Core.Imaging.Native;

namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>Makes pictures of every kind with the library that reads them: nothing binary needs to be committed.</summary>
internal static unsafe partial class Picture
{
    private const int UChar = 0;

    /// <summary>Red, green over blue, yellow: every orientation of it looks different.</summary>
    public static byte[] Quadrants(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = (x < width / 2, y < height / 2) switch
                {
                    (true, true) => (220, 20, 20),
                    (false, true) => (20, 200, 20),
                    (true, false) => (20, 20, 220),
                    _ => (220, 220, 20),
                };
                var at = (y * width + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)r, (byte)g, (byte)b);
            }
        }

        return pixels;
    }

    public static byte[] Jpeg(int width, int height, int orientation = 1, string options = "Q=92") =>
        Encode(Quadrants(width, height), width, height, 3, "jpegsave_buffer", options, image => SetInt(image, "orientation", orientation));

    public static byte[] Png(int width, int height, string options = "compression=6") =>
        Encode(Quadrants(width, height), width, height, 3, "pngsave_buffer", options);

    /// <summary>Saves the quadrants after some operations of libvips, each given as its name and options.</summary>
    public static byte[] Save(string save, string options, params (string Operation, string Options)[] steps) =>
        Encode(Quadrants(64, 48), 64, 48, 3, save, options, null, steps);

    /// <summary>Frames one above the other, each of one colour.</summary>
    public static byte[] Animation(string save, int width, int height, params byte[][] colours)
    {
        var pixels = new byte[width * height * 3 * colours.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = colours[i / (width * height * 3)][i % 3];
        }

        return Encode(pixels, width, height * colours.Length, 3, save, "", image => SetInt(image, "page-height", height));
    }

    public static byte[] Encode(
        byte[] pixels, int width, int height, int bands, string save, string options, Action<VipsImage>? prepare = null, params (string Operation, string Options)[] steps)
    {
        var image = FromMemory(pixels, width, height, bands);

        // sRGB for three and four bands, B_W for one and two.
        Replace(ref image, image.Apply("copy", bands >= 3 ? "interpretation=srgb" : "interpretation=b-w"));
        prepare?.Invoke(image);
        foreach (var (operation, operationOptions) in steps)
        {
            Replace(ref image, image.Apply(operation, operationOptions));
        }

        using (image)
        {
            using var call = new VipsOperation(save);
            return call.Set("in", image).Options(options).Build().TakeBytes();
        }
    }

    /// <summary>Changes a decoded picture and saves it: <paramref name="save"/> is an operation, a semicolon and its options.</summary>
    public static byte[] Transform(byte[] rgb, int width, int height, Func<VipsImage, VipsImage> change, string save)
    {
        using var image = FromMemory(rgb, width, height, 3);
        using var srgb = image.Apply("copy", "interpretation=srgb");
        using var changed = change(srgb);
        using var bytes = changed.Apply("cast", "format=uchar");
        var parts = save.Split(';');
        using var call = new VipsOperation(parts[0]);
        return call.Set("in", bytes).Options(parts[1]).Build().TakeBytes();
    }

    public static void SetInt(VipsImage image, string field, int value) => vips_image_set_int(image.Handle, field, value);

    public static void SetBlob(VipsImage image, string field, ReadOnlySpan<byte> value)
    {
        fixed (byte* data = value)
        {
            vips_image_set_blob_copy(image.Handle, field, data, (nuint)value.Length);
        }
    }

    private static VipsImage FromMemory(byte[] pixels, int width, int height, int bands)
    {
        Vips.EnsureStarted();
        fixed (byte* data = pixels)
        {
            return new VipsImage(vips_image_new_from_memory_copy(data, (nuint)pixels.Length, width, height, bands, UChar));
        }
    }

    private static void Replace(ref VipsImage image, VipsImage next)
    {
        image.Dispose();
        image = next;
    }

    [LibraryImport("vips-cpp")]
    private static partial nint vips_image_new_from_memory_copy(void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport("vips-cpp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void vips_image_set_int(nint image, string field, int value);

    [LibraryImport("vips-cpp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void vips_image_set_blob_copy(nint image, string field, void* data, nuint length);
}
