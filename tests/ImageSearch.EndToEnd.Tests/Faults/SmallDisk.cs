using System.Diagnostics;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A file system in memory of a size that a test chooses, and fills. Mounting takes root, on Linux.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Chunk = 1 << 20;

    private readonly DirectoryInfo _mountPoint = Directory.CreateTempSubdirectory("imagesearch-disk-");
    private bool _mounted;

    private SmallDisk()
    {
    }

    public string Path => _mountPoint.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <returns>The disk; null where this process may not mount.</returns>
    public static async Task<SmallDisk?> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        disk._mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (disk._mounted)
        {
            return disk;
        }

        await disk.DisposeAsync();
        return null;
    }

    /// <summary>Takes all the space that is left, to the last byte.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = Chunk; size > 0;)
        {
            try
            {
                ballast.Write(new byte[size]);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await RunAsync("umount", "--lazy", Path);
        }

        _mountPoint.Delete();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
