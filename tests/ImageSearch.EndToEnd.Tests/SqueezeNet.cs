using System.Globalization;
using System.Security.Cryptography;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The test network as a declaration: what someone who adds a model writes, here on the command line.</summary>
internal static class SqueezeNet
{
    public const string Name = "squeezenet";

    /// <summary>The model that ships.</summary>
    public const string Layout = "layout";

    public static string[] AsArguments()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TestData.SqueezeNet)));
        Dictionary<string, string> declaration = new()
        {
            ["Name"] = Name,
            ["Version"] = "1.1",
            ["Dimension"] = "512",
            ["Source"] = TestData.SqueezeNet,
            ["Sha256"] = hash,
            ["Input:Name"] = "data_0",
            ["Input:Width"] = "224",
            ["Input:Height"] = "224",
            ["Input:Resize"] = "ShorterSideThenCrop",
            ["Input:ResizeTo"] = "256",
            ["Input:Channels"] = "Bgr",
            ["Input:Mean:0"] = "104",
            ["Input:Mean:1"] = "117",
            ["Input:Mean:2"] = "123",
            ["Output:Embedding"] = "embedding",
            ["Output:Probabilities"] = "probabilities",
            ["Output:Labels"] = Path.ChangeExtension(TestData.SqueezeNet, ".labels.txt"),
            ["IndexShards"] = "2",
        };
        return [.. declaration.Select(entry => string.Create(CultureInfo.InvariantCulture, $"--Models:0:{entry.Key}={entry.Value}"))];
    }

    /// <summary>Photographs are named after their class: <c>n01530575_water_ouzel.JPEG</c>; the label reads <c>water ouzel</c>.</summary>
    public static bool IsRight(string label, string fileName) =>
        Path.GetFileNameWithoutExtension(fileName)[(fileName.IndexOf('_', StringComparison.Ordinal) + 1)..].Equals(label.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase);
}
