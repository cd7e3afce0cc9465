using System.Runtime.InteropServices;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>Files with secrets: readable by the owner from the moment they exist.</summary>
internal static partial class OwnerOnlyFile
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
                Publish(aside, path);
            }
            catch (IOException) when (File.Exists(path))
            {
                // another's content counts
            }
            finally
            {
                File.Delete(aside);
            }
        }

        return File.ReadAllText(path);
    }

    /// <summary>Gives the file its name unless there is one already. Moving would look first and rename then, and may lose against another that does.</summary>
    private static void Publish(string aside, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(aside, path, overwrite: false);
        }
        else if (Link(aside, path) != 0)
        {
            throw new IOException($"'{path}' could not be created.");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

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
