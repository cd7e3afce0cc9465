using System.Security.Cryptography;

namespace ImageSearch.AppHost;

/// <summary>A generated password beside the data that it opens, readable by its owner alone.</summary>
internal static class KeptPassword
{
    private const int Length = 32;

    public static string ReadOrCreate(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(directory);
            var aside = $"{path}.{Guid.NewGuid():N}";
            SecretFile.Write(
                aside, RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", Length));
            try
            {
                File.Move(aside, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(aside); // another AppHost was faster; its password counts
            }
        }

        return File.ReadAllText(path);
    }
}
