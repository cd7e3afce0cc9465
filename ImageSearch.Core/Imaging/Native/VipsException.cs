using System.Runtime.InteropServices;

namespace ImageSearch.Core.Imaging.Native;

/// <summary>
/// libvips could not do it with these bytes. Its message names internals and, under concurrency, may be another thread's: never shown to clients.
/// </summary>
internal sealed class VipsException(string message) : Exception(message)
{
    /// <summary>Takes what libvips has to say, and clears it.</summary>
    public static VipsException Last()
    {
        var buffer = VipsNative.vips_error_buffer_copy();
        VipsNative.vips_error_clear();
        try
        {
            return new VipsException(Marshal.PtrToStringUTF8(buffer)?.Trim() ?? "libvips gave no reason");
        }
        finally
        {
            VipsNative.g_free(buffer);
        }
    }
}
