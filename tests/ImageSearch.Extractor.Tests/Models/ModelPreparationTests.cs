using System.Diagnostics;
using Google.Protobuf;
using ImageSearch.Extractor.Models;
using ImageSearch.ModelPreparation;
using ImageSearch.Testing;
using Microsoft.Extensions.Configuration;
using Onnx;

namespace ImageSearch.Extractor.Tests.Models;

/// <summary>What the build makes of the package's network. That the files are the declared ones, to the byte, the AppHost's tests show.</summary>
public sealed class ModelPreparationTests
{
    private static readonly Dictionary<string, (double, double)> Ranges = new() { ["image"] = (-1, 255), ["sum"] = (0, 300) };

    private static string Prepared(string file) => Path.Combine(AppContext.BaseDirectory, "models", file);

    [Fact]
    public void Quantise_TheSameNetworkAndRanges_GivesTheSameBytes()
    {
        var network = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Prepared("resnet18-float.onnx")));
        var ranges = ActivationRanges.Read(Path.Combine(AppContext.BaseDirectory, "resnet18-ranges.txt"));

        Assert.True(EightBit.Quantise(network, ranges).ToByteArray().AsSpan().SequenceEqual(File.ReadAllBytes(Prepared("resnet18.onnx"))));
    }

    [Fact]
    public void Quantise_Convolution_IsAsNearAsEightBitsAllow()
    {
        float[] pictures = [.. Enumerable.Range(0, 2 * 3 * 64).Select(i => (float)(i * 37 % 251))];
        var network = Network();

        var (floats, integers) = (Run(network, pictures), Run(EightBit.Quantise(network, Ranges), pictures));

        Assert.Equal(floats.Length, integers.Length);
        Assert.All(floats.Zip(integers), pair => Assert.Equal(pair.First, pair.Second, tolerance: 3.0));
        Assert.NotEqual(floats, integers);
    }

    [Fact]
    public void Quantise_WithoutARange_NamesTheActivation() => Assert.Contains(
        "no range around 0 for the activation 'sum'",
        Assert.Throws<InvalidDataException>(() => EightBit.Quantise(Network(), new Dictionary<string, (double, double)> { ["image"] = (-1, 255) })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("resnet18.onnx", true)]
    [InlineData("resnet18-float.onnx", false)]
    public void Prepared_TakesAnyNumberOfPictures_AndSaysHowItCalculates(string file, bool eightBit)
    {
        using var model = OnnxModel.Load(Prepared(file), Options(Declarations.ResNet18(file)), [], threads: 1);

        Assert.Equal((0, eightBit), (model.FixedBatch, model.IsEightBit));
    }

    [Fact]
    public async Task Process_AnotherFile_FailsWithOneErrorOfMSBuildsForm()
    {
        using var directory = new TemporaryDirectory();
        var start = new ProcessStartInfo(
            "dotnet", [typeof(EightBit).Assembly.Location, Prepared("layout.onnx"), Path.Combine(AppContext.BaseDirectory, "resnet18-ranges.txt"), "none.dll", directory.Path])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Matches(@"\AImageSearch\.ModelPreparation : error : '.*layout\.onnx' has the SHA-256 [0-9a-f]{64}, not e2552f19[0-9a-f]{56}: it is another file.*\n\z", error);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    /// <summary>A convolution of three channels to two, a Relu and an average over the picture.</summary>
    private static ModelProto Network() => Graphs.Model(
        new GraphProto
        {
            Name = "small",
            Input = { Graphs.Pictures("image", 3, 8, 8) },
            Output = { Graphs.Pictures("embedding", 2, 1, 1) },
            Initializer =
            {
                Graphs.Tensor<float>("weights", TensorProto.Types.DataType.Float, [2, 3, 1, 1], [0.2f, 0.5f, -0.1f, -0.3f, 0.9f, 0.4f]),
                Graphs.Tensor<float>("bias", TensorProto.Types.DataType.Float, [2], [10, -20]),
            },
            Node =
            {
                Graphs.Node("Conv", ["image", "weights", "bias"], "weighted"),
                Graphs.Node("Relu", ["weighted"], "sum"),
                Graphs.Node("GlobalAveragePool", ["sum"], "embedding"),
            },
        },
        "");

    private static float[] Run(ModelProto network, float[] pictures)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("model.onnx");
        ModelFile.Write(network, path);
        var settings = Declarations.Averages(path);
        settings["Model:Dimension"] = "2";
        using var model = OnnxModel.Load(path, Options(settings), [], threads: 1);
        float[] result = [];
        model.Run(pictures, 2, (embeddings, _) => result = embeddings.ToArray());
        return result;
    }

    private static ModelOptions Options(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetRequiredSection(ModelOptions.Section).Get<ModelOptions>()!;
}
