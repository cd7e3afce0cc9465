using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;

namespace ImageSearch.ModelPreparation;

internal static class ModelFile
{
    /// <exception cref="InvalidDataException">It is another file.</exception>
    public static ModelProto Read(string path, string sha256)
    {
        var content = File.ReadAllBytes(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return hash == sha256
            ? ModelProto.Parser.ParseFrom(content)
            : throw new InvalidDataException($"'{path}' has the SHA-256 {hash}, not {sha256}: it is another file, or damaged; delete it and restore.");
    }

    /// <summary>Writes aside and renames: a build that ends in between leaves no half of a model that looks up to date.</summary>
    public static void Write(ModelProto model, string path)
    {
        var aside = $"{path}.tmp";
        var content = model.ToByteArray();
        File.WriteAllBytes(aside, content);
        File.Move(aside, path, overwrite: true);
        Console.WriteLine($"{path}: SHA-256 {Convert.ToHexStringLower(SHA256.HashData(content))}");
    }
}
