using System.Diagnostics;

namespace ImageSearch.Testing;

/// <summary>A file system in memory of a size that a test chooses, and fills. Mounting takes root, on Linux.</summary>
public sealed class MountedDisk : IAsyncDisposable
{
    private const int Chunk = 1 << 20;

    private readonly DirectoryInfo _mountPoint = Directory.CreateTempSubdirectory("imagesearch-disk-");
    private bool _mounted;

    private MountedDisk()
    {
    }

    public string Path => _mountPoint.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Skips the test where this process may not mount.</summary>
    public static async Task<MountedDisk> MountAsync(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small disk takes root, on Linux.");
        var disk = new MountedDisk();
        disk._mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (!disk._mounted)
        {
            await disk.DisposeAsync();
            Assert.Skip("tmpfs cannot be mounted here.");
        }

        return disk;
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
