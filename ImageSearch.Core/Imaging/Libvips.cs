using NetVips;
using VipsRuntime = NetVips.NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>Starts libvips once per process, in the shape that a server wants.</summary>
internal static class Libvips
{
    /// <summary>Loaders that may see bytes from outside; every other one is blocked, whatever this build of libvips carries.</summary>
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff",
        "VipsForeignLoadHeif",
    ];

    private static readonly Lazy<bool> Started = new(Start);

    [ThreadStatic]
    private static int _decodedWithWarnings;

    /// <summary>
    /// JPEGs that were decoded with warnings on this thread. Their decoder counts them and tells "read gave … warnings" when its image is
    /// disposed.
    /// </summary>
    public static int DecodedWithWarnings => _decodedWithWarnings;

    /// <exception cref="InvalidOperationException">The native library is missing: the installation is broken, not the picture.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    private static bool Start()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException(
                "The native library libvips is not beside the application or does not load on this platform. "
                + "Build again for this platform, or publish with -r and its runtime identifier.",
                ModuleInitializer.Exception);
        }

        // What a decoder has to say of odd pictures is no line for the standard error of a server.
        const Enums.LogLevelFlags Shown = Enums.LogLevelFlags.Message | Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Critical;
        foreach (var domain in (string[])["VIPS", "GLib", "GLib-GObject"])
        {
            NetVips.Log.SetLogHandler(domain, Shown, (_, _, message) => _decodedWithWarnings += message.StartsWith(
                "read gave ", StringComparison.Ordinal) ? 1 : 0);
        }

        // Requests are parallel already, and every one has other bytes: threads and a cache inside would only cost.
        VipsRuntime.Concurrency = 1;
        Cache.Max = 0;

        VipsRuntime.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in AllowedLoaders)
        {
            Operation.Block(loader, false);
        }

        return true;
    }
}
