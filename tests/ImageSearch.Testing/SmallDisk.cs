using System.Diagnostics;

namespace ImageSearch.Testing;

/// <summary>
/// A file system in memory that only one process sees: a user and a mount namespace of its own make that possible without any privilege.
/// Whoever started the process sees it below <c>/proc/PID/root</c>.
/// </summary>
public static class SmallDisk
{
    private const string Mount = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";

    /// <summary>Skips the test, with the reason, where the kernel does not allow it.</summary>
    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "tmpfs in a namespace is Linux's.");
        using var directory = new TemporaryDirectory();
        using var process = Process.Start(Inside(directory.Path, "size=1m", new ProcessStartInfo("true") { RedirectStandardError = true }))!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode != 0, $"This machine allows no file system in a namespace of one's own: {error}");
    }

    /// <param name="path">An empty directory, over which the file system is mounted.</param>
    /// <param name="options">Of tmpfs: <c>size=12m</c>, <c>ro</c>.</param>
    /// <param name="program">What is to run there.</param>
    public static ProcessStartInfo Inside(string path, string options, ProcessStartInfo program)
    {
        string[] arguments = ["-Urm", "sh", "-c", Mount, "sh", options, path, program.FileName, .. program.ArgumentList];
        program.FileName = "unshare";
        program.ArgumentList.Clear();
        foreach (var argument in arguments)
        {
            program.ArgumentList.Add(argument);
        }

        return program;
    }
}
