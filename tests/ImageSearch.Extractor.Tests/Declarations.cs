using System.Security.Cryptography;
using ImageSearch.Models;
using ImageSearch.Testing;

namespace ImageSearch.Extractor.Tests;

/// <summary>Declared models as the AppHost writes them.</summary>
internal static class Declarations
{
    public const int LayoutDimension = 908;

    public static Dictionary<string, string?> Layout() => new()
    {
        ["Model:Name"] = "layout",
        ["Model:Version"] = "1",
        ["Model:Dimension"] = $"{LayoutDimension}",
        ["Model:Source"] = "models/layout.onnx",
        ["Model:Input:Name"] = "image",
        ["Model:Input:Width"] = "128",
        ["Model:Input:Height"] = "128",
        ["Model:Input:Resize"] = "Stretch",
        ["Model:Output:Embedding"] = "embedding",
    };

    /// <param name="file">Of the two that the build prepares: the network in eight bits, or in floats.</param>
    public static Dictionary<string, string?> ResNet18(string file = "resnet18.onnx") => new()
    {
        ["Model:Name"] = "resnet18",
        ["Model:Version"] = "1",
        ["Model:Dimension"] = "512",
        ["Model:Source"] = $"models/{file}",
        ["Model:Input:Name"] = "image",
        ["Model:Input:Width"] = "224",
        ["Model:Input:Height"] = "224",
        ["Model:Input:ResizeTo"] = "256",
        ["Model:Input:Channels"] = "Bgr",
        ["Model:Input:Mean:0"] = "103.06",
        ["Model:Input:Mean:1"] = "115.90",
        ["Model:Input:Mean:2"] = "123.15",
        ["Model:Output:Embedding"] = "embedding",
    };

    /// <summary>With the text encoder that ships.</summary>
    public static Dictionary<string, string?> WithMiniLm(Dictionary<string, string?> model) => new(model)
    {
        ["Model:Text:Source"] = "models/minilm.onnx",
        ["Model:Text:Vocabulary"] = "models/minilm-vocab.txt",
        ["Model:Text:Mask"] = "attention_mask",
        ["Model:Text:Types"] = "token_type_ids",
        ["Model:Text:Output"] = "last_hidden_state",
        ["Model:Text:Pooling"] = "Mean",
        ["Model:Text:Head"] = "models/resnet18-words.onnx",
    };

    public static Dictionary<string, string?> SqueezeNet() => new()
    {
        ["Model:Name"] = "squeezenet",
        ["Model:Version"] = "1.1",
        ["Model:Dimension"] = "512",
        ["Model:Source"] = TestData.SqueezeNet,
        ["Model:Input:Name"] = "data_0",
        ["Model:Input:Width"] = "224",
        ["Model:Input:Height"] = "224",
        ["Model:Input:Resize"] = "ShorterSideThenCrop",
        ["Model:Input:ResizeTo"] = "256",
        ["Model:Input:Channels"] = "Bgr",
        ["Model:Input:Mean:0"] = "104",
        ["Model:Input:Mean:1"] = "117",
        ["Model:Input:Mean:2"] = "123",
        ["Model:Output:Embedding"] = "embedding",
        ["Model:Output:Probabilities"] = "probabilities",
        ["Model:Output:Labels"] = Path.ChangeExtension(TestData.SqueezeNet, ".labels.txt"),
    };

    /// <summary>A network that averages each colour over the picture: three floats, times <paramref name="factor"/>.</summary>
    public static byte[] Averages(int side = 8, object? batch = null, float factor = 1)
    {
        var graph = new OnnxGraph("averages");
        var image = graph.Input("image", batch ?? "N", 3, side, side);
        graph.Output("embedding", graph.Mul(graph.Flatten(graph.AveragePool(image, side, side)), graph.Constant([1], [factor])), batch ?? "N", 3);
        return graph.ToModel("ImageSearch tests", "");
    }

    /// <summary>The declaration of the network that averages.</summary>
    public static Dictionary<string, string?> Averages(string source) => new()
    {
        ["Model:Name"] = "averages",
        ["Model:Version"] = "1",
        ["Model:Dimension"] = "3",
        ["Model:Source"] = source,
        ["Model:Input:Name"] = "image",
        ["Model:Input:Width"] = "8",
        ["Model:Input:Height"] = "8",
        ["Model:Input:Resize"] = "Stretch",
        ["Model:Output:Embedding"] = "embedding",
    };

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
