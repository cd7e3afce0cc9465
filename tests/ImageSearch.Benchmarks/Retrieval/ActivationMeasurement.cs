using System.Globalization;
using Google.Protobuf;
using ImageSearch.ModelPreparation;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace ImageSearch.Benchmarks.Retrieval;

/// <summary>
/// Measures the ranges of which ResNet-18 in eight bits is made, and prints them as the file that the build reads.
/// <code>ranges --photographs DIR > models/ImageSearch.ModelPreparation/resnet18-ranges.txt</code>
/// </summary>
internal static class ActivationMeasurement
{
    public const string Command = "ranges";

    private const int Photographs = 100;

    /// <summary>Share of a picture's values that may lie outside at each end; of the ends that leaves, the percentile over the pictures.</summary>
    private const double Tail = 0.0002;
    private const double Percentile = 98;

    public static async Task RunAsync(string[] args)
    {
        var photographs = new Arguments(args, "photographs").Text("photographs") ?? throw new ArgumentException("--photographs names a folder with photographs.");
        using var model = await DeclaredModel.LoadAsync("resnet18-float", threads: 1);
        var network = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, model.Options.Source)));
        string[] kept = [.. network.Graph.Node.Select(node => node.Output[0]).Where(output => EightBit.IsKept(network.Graph, output))];
        network.Graph.Output.Clear();
        network.Graph.Output.AddRange(kept.Select(name => new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } },
        }));

        var ends = kept.Select(_ => (Lowest: new List<double>(), Highest: new List<double>())).ToArray();
        using var session = new InferenceSession(network.ToByteArray());
        using var run = new RunOptions();
        foreach (var file in RetrievalBenchmark.Files(photographs).Take(Photographs))
        {
            using var input = OrtValue.CreateTensorValueFromMemory(model.Decode(await File.ReadAllBytesAsync(file)), [1, 3, ResNet18.Side, ResNet18.Side]);
            using var outputs = session.Run(run, [ResNet18.Input], [input], kept);
            for (var i = 0; i < kept.Length; i++)
            {
                var values = outputs[i].GetTensorDataAsSpan<float>().ToArray();
                Array.Sort(values);
                var outside = (int)(values.Length * Tail);
                ends[i].Lowest.Add(values[outside]);
                ends[i].Highest.Add(values[^(outside + 1)]);
            }
        }

        // Bytes less a mean: every value that there can be.
        var means = model.Options.Input.Mean;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ResNet18.Input} {-Math.Ceiling(means.Max())} {255 - Math.Floor(means.Min())}"));
        foreach (var (name, (lowest, highest)) in kept.Zip(ends))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name} {Statistics.Percentile(lowest, 100 - Percentile):G7} {Statistics.Percentile(highest, Percentile):G7}"));
        }
    }
}
