namespace ImageSearch.AppHost;

/// <summary>A file that its owner alone may read.</summary>
internal static class SecretFile
{
    /// <summary>Takes the place of a file that is there, whose mode may be another.</summary>
    public static void Write(string path, string? secret)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(secret);
    }
}
