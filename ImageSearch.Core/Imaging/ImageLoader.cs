using System.Runtime.InteropServices;
using ImageSearch.Core.Imaging.Native;

namespace ImageSearch.Core.Imaging;

/// <summary>Opens a picture's header; pixels are decoded when they are asked for.</summary>
internal static class ImageLoader
{
    // fail-on=error: truncated files and damaged data fail, where a grey lower half would be embedded; mere warnings
    // (stray bytes between segments, odd but readable metadata) pass, for cameras and phones write such files.
    private const string Options = "access=sequential,fail-on=error";

    /// <param name="more">Options of the loader in libvips' notation, each after a comma.</param>
    /// <exception cref="VipsException">No loader that may be used here reads these bytes.</exception>
    public static unsafe VipsImage Open(void* data, int length, string more = "")
    {
        Vips.EnsureStarted();
        var loader = VipsNative.vips_foreign_find_load_buffer(data, (nuint)length);
        if (loader == 0)
        {
            throw VipsException.Last();
        }

        using var load = new VipsOperation(Marshal.PtrToStringUTF8(loader)!);
        return load.Set("buffer", data, length).Options(Options + more).Build().TakeImage();
    }
}
