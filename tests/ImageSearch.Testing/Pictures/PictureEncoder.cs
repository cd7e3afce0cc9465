using ImageSearch.Core.Imaging;
using NetVips;

namespace ImageSearch.Testing.Pictures;

/// <summary>Encodes pixels with the library that decodes them, so that no binary file needs to be committed for a test.</summary>
public static class PictureEncoder
{
    /// <summary>Saves 8-bit samples after some operations of libvips.</summary>
    /// <param name="bands">1 grey, 2 with alpha, 3 sRGB, 4 with alpha.</param>
    /// <param name="save">A saver of libvips, such as <c>jpegsave_buffer</c>.</param>
    /// <param name="options">Its options, such as <c>Q=30</c>.</param>
    /// <param name="metadata">Integer fields to set first, such as <c>orientation</c> or <c>page-height</c>.</param>
    /// <param name="profile">Bytes to save as the colour profile, sound or not.</param>
    public static byte[] Encode(
        byte[] pixels, int width, int height, int bands, string save, string options = "",
        IReadOnlyDictionary<string, int>? metadata = null, byte[]? profile = null, params Func<Image, Image>[] steps)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, width * height * bands);
        Libvips.EnsureStarted();
        using var samples = Image.NewFromMemoryCopy<byte>(pixels, width, height, bands, Enums.BandFormat.Uchar);
        var image = samples.Copy(interpretation: bands >= 3 ? Enums.Interpretation.Srgb : Enums.Interpretation.Bw);
        Func<Image, Image> describe = plain => plain.Mutate(mutable =>
        {
            foreach (var (field, value) in metadata ?? new Dictionary<string, int>())
            {
                mutable.Set(GValue.GIntType, field, value);
            }

            if (profile is not null)
            {
                mutable.Set(GValue.BlobType, "icc-profile-data", profile);
            }
        });
        foreach (var step in steps.Prepend(describe))
        {
            using var before = image;
            image = step(before);
        }

        using (image)
        {
            return (byte[])Operation.Call(save, new VOption { { "string_options", options } }, image);
        }
    }
}
