using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImageSearch.Core.Imaging.Native;

/// <summary>Starts libvips once per process, in the shape that a server wants.</summary>
internal static unsafe class Vips
{
    /// <summary>Loaders that may see bytes from outside; every other one is blocked, whatever this build of libvips carries.</summary>
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif",
    ];

    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Bytes of pixel buffers that libvips holds at the moment.</summary>
    public static long TrackedMemory => (long)VipsNative.vips_tracked_get_mem();

    /// <exception cref="InvalidOperationException">The native library is missing: the installation is broken, not the picture.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    private static bool Start()
    {
        try
        {
            VipsNative.g_log_set_default_handler(&IgnoreLog, 0);
            if (VipsNative.vips_init("ImageSearch") != 0)
            {
                throw new InvalidOperationException($"libvips did not start: {VipsException.Last().Message}");
            }
        }
        catch (DllNotFoundException e)
        {
            throw new InvalidOperationException(
                "The native library libvips-cpp is not beside the application or does not load on this platform. "
                + "Build again with npm at hand; Linux (x64, arm64) and macOS (arm64) are supported.",
                e);
        }

        // Requests are parallel already, and every one has other bytes: threads and a cache inside would only cost.
        VipsNative.vips_concurrency_set(1);
        VipsNative.vips_cache_set_max(0);

        VipsNative.vips_block_untrusted_set(1);
        VipsNative.vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var loader in AllowedLoaders)
        {
            VipsNative.vips_operation_block_set(loader, 0);
        }

        return true;
    }

    // What a decoder has to say of odd pictures is no line for the standard error of a server.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreLog(nint domain, int level, nint message, nint data)
    {
    }
}
