using System.Runtime.InteropServices;
using ImageSearch.Core.Imaging.Native;

namespace ImageSearch.Testing.Pictures;

/// <summary>Encodes pixels with the library that decodes them, so that no binary file needs to be committed for a test.</summary>
public static unsafe partial class PictureEncoder
{
    private const int UnsignedChar = 0;

    /// <summary>Saves 8-bit samples after some operations of libvips, each given as its name and options.</summary>
    /// <param name="bands">1 grey, 2 with alpha, 3 sRGB, 4 with alpha.</param>
    /// <param name="save">A saver of libvips, such as <c>jpegsave_buffer</c>.</param>
    /// <param name="options">Its options, such as <c>Q=30</c>.</param>
    /// <param name="metadata">Integer fields to set first, such as <c>orientation</c> or <c>page-height</c>.</param>
    /// <param name="profile">Bytes to save as the colour profile, sound or not.</param>
    public static byte[] Encode(
        byte[] pixels, int width, int height, int bands, string save, string options = "",
        IReadOnlyDictionary<string, int>? metadata = null, byte[]? profile = null, params (string Operation, string Options)[] steps)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, width * height * bands);
        Vips.EnsureStarted();
        VipsImage image;
        fixed (byte* data = pixels)
        {
            image = new VipsImage(vips_image_new_from_memory_copy(data, (nuint)pixels.Length, width, height, bands, UnsignedChar));
        }

        image = Step(image, "copy", bands >= 3 ? "interpretation=srgb" : "interpretation=b-w");
        foreach (var (field, value) in metadata ?? new Dictionary<string, int>())
        {
            vips_image_set_int(image.Handle, field, value);
        }

        if (profile is not null)
        {
            fixed (byte* data = profile)
            {
                vips_image_set_blob_copy(image.Handle, "icc-profile-data", data, (nuint)profile.Length);
            }
        }

        foreach (var (operation, stepOptions) in steps)
        {
            image = Step(image, operation, stepOptions);
        }

        using (image)
        {
            using var call = new VipsOperation(save);
            return call.Set("in", image).Options(options).Build().TakeBytes();
        }
    }

    private static VipsImage Step(VipsImage image, string operation, string options)
    {
        using (image)
        {
            return image.Apply(operation, options);
        }
    }

    [LibraryImport("vips-cpp")]
    private static partial nint vips_image_new_from_memory_copy(void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport("vips-cpp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void vips_image_set_int(nint image, string field, int value);

    [LibraryImport("vips-cpp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void vips_image_set_blob_copy(nint image, string field, void* data, nuint length);
}
