using System.Security.Cryptography;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>The model that ships, declared again under another name: a second model that needs no test data.</summary>
internal static class LayoutModel
{
    /// <param name="index">Of the declaration, from 0 without gaps.</param>
    public static IEnumerable<string> DeclaredAs(int index, string name, int extractors)
    {
        // A relative source is the extractor's: the file lies in its output too.
        var file = Path.Combine(Projects.ImageSearch_AppHost.ProjectPath, "..", "models", "layout.onnx");
        Dictionary<string, string> declaration = new()
        {
            ["Name"] = name,
            ["Version"] = "1",
            ["Dimension"] = "908",
            ["Source"] = "models/layout.onnx",
            ["Sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))),
            ["Input:Name"] = "image",
            ["Input:Width"] = "128",
            ["Input:Height"] = "128",
            ["Input:Resize"] = "Stretch",
            ["Output:Embedding"] = "embedding",
            ["ExtractorReplicas"] = $"{extractors}",
            ["IndexShards"] = "1",
        };
        return declaration.Select(entry => $"--Models:{index}:{entry.Key}={entry.Value}");
    }
}
