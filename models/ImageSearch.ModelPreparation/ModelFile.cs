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
        Check(content, sha256, path);
        return ModelProto.Parser.ParseFrom(content);
    }

    /// <exception cref="InvalidDataException">It is other content.</exception>
    public static void Check(byte[] content, string sha256, string name)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (hash != sha256)
        {
            throw new InvalidDataException($"'{name}' has the SHA-256 {hash}, not {sha256}: it is another file, or damaged; delete it and restore.");
        }
    }

    public static void Write(ModelProto model, string path) => Write(model.ToByteArray(), path);

    /// <summary>Writes aside and renames: a build that ends in between leaves no half of a model that looks up to date.</summary>
    public static void Write(byte[] content, string path)
    {
        var aside = $"{path}.tmp";
        File.WriteAllBytes(aside, content);
        File.Move(aside, path, overwrite: true);
        Console.WriteLine($"{path}: SHA-256 {Convert.ToHexStringLower(SHA256.HashData(content))}");
    }
}
