namespace ImageSearch.Hosting.Running.Servers;

/// <summary>Files with secrets: readable by the owner from the moment they exist.</summary>
internal static class OwnerOnlyFile
{
    public static void Write(string path, string content)
    {
        var aside = $"{path}.{InstanceIds.New()}";
        WriteNew(aside, content);
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>The file's content; created from <paramref name="create"/> the first time, even when two processes ask at once.</summary>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var aside = $"{path}.{InstanceIds.New()}";
            WriteNew(aside, create());
            try
            {
                File.Move(aside, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(aside);
            }
        }

        return File.ReadAllText(path);
    }

    private static void WriteNew(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(content);
    }
}
