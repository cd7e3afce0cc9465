namespace ImageSearch.Hosting.Tests;

internal static class FileModes
{
    public const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnersDirectory = OwnersFile | UnixFileMode.UserExecute;

    public static UnixFileMode Of(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        return OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
    }
}
