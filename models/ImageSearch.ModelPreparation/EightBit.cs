using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace ImageSearch.ModelPreparation;

/// <summary>
/// A network of convolutions in eight bits: weights as signed bytes with a scale per output channel, activations as bytes with a scale and
/// a zero point each, biases as 32-bit integers. QuantizeLinear and DequantizeLinear stand around the float operators; ONNX Runtime fuses
/// them into integer ones.
/// </summary>
internal static class EightBit
{
    /// <summary>In the file's metadata; the extractor knows by it that the network wants a processor with integer dot products.</summary>
    public const string MetadataKey = "arithmetic";

    private const double Steps = 255;
    private const double WeightSteps = 127;

    /// <param name="network">Convolutions with a bias and no batch normalisation, and operators without weights.</param>
    /// <param name="ranges">Of the input and of every activation that is kept in eight bits.</param>
    /// <exception cref="InvalidDataException">A range is missing.</exception>
    public static ModelProto Quantise(ModelProto network, IReadOnlyDictionary<string, (double Lowest, double Highest)> ranges)
    {
        var source = network.Graph;
        var constants = source.Initializer.ToDictionary(tensor => tensor.Name);
        var graph = new GraphProto { Name = source.Name, Input = { source.Input }, Output = { source.Output } };
        var scales = new Dictionary<string, float>();
        Activation(graph, scales, source.Input.Single().Name, ranges);
        foreach (var node in source.Node.Select(node => node.Clone()))
        {
            if (node.OpType == "Conv")
            {
                Convolution(graph, scales, node, constants);
            }

            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = scales.ContainsKey(node.Input[i]) ? Dequantised(node.Input[i]) : node.Input[i];
            }

            graph.Node.Add(node);
            if (IsKept(source, node.Output[0]))
            {
                Activation(graph, scales, node.Output[0], ranges);
            }
        }

        var model = Graphs.Model(graph, $"{network.DocString} In eight bits.");
        model.MetadataProps.Add(new StringStringEntryProto { Key = MetadataKey, Value = "int8" });
        return model;
    }

    /// <summary>
    /// Whether an operator's output becomes bytes. What a Relu follows does so after it, where its range starts at 0: ONNX Runtime takes the
    /// Relu into the convolution then.
    /// </summary>
    public static bool IsKept(GraphProto graph, string output)
    {
        var users = graph.Node.Where(user => user.Input.Contains(output)).ToList();
        return users.Count > 0 && users is not [{ OpType: "Relu" }];
    }

    private static void Activation(
        GraphProto graph, Dictionary<string, float> scales, string name, IReadOnlyDictionary<string, (double Lowest, double Highest)> ranges)
    {
        var (lowest, highest) = ranges.TryGetValue(name, out var range) && range.Lowest <= 0 && range.Highest > 0
            ? range
            : throw new InvalidDataException($"There is no range around 0 for the activation '{name}'.");
        var step = (highest - lowest) / Steps;
        var scale = (float)step;
        var zero = (byte)Math.Round(-lowest / step);
        scales[name] = scale;
        graph.Initializer.Add(Graphs.Tensor<float>($"{name}_scale", DataType.Float, [], [scale]));
        graph.Initializer.Add(Graphs.Tensor<byte>($"{name}_zero", DataType.Uint8, [], [zero]));
        graph.Node.Add(Graphs.Node("QuantizeLinear", [name, $"{name}_scale", $"{name}_zero"], $"{name}_bytes"));
        graph.Node.Add(Graphs.Node("DequantizeLinear", [$"{name}_bytes", $"{name}_scale", $"{name}_zero"], Dequantised(name)));
    }

    private static void Convolution(GraphProto graph, Dictionary<string, float> scales, NodeProto node, Dictionary<string, TensorProto> constants)
    {
        var (tensor, bias) = (constants[node.Input[1]], Graphs.Floats(constants[node.Input[2]]));
        var weights = Graphs.Floats(tensor);
        var perChannel = weights.Length / bias.Length;
        double[] steps = [.. weights.Chunk(perChannel).Select(channel => Math.Max(channel.Max(Math.Abs), 1e-8) / WeightSteps)];
        float[] biasSteps = [.. steps.Select(step => (float)(scales[node.Input[0]] * step))];

        PerChannel<sbyte>(graph, node.Input[1], DataType.Int8, tensor.Dims, [.. weights.Select((w, i) => (sbyte)Math.Round(w / steps[i / perChannel]))],
            [.. steps.Select(step => (float)step)]);
        PerChannel<int>(graph, node.Input[2], DataType.Int32, [bias.Length], [.. bias.Select((b, i) => (int)Math.Round(b / biasSteps[i]))], biasSteps);
        node.Input[1] = Dequantised(node.Input[1]);
        node.Input[2] = Dequantised(node.Input[2]);
    }

    private static void PerChannel<T>(GraphProto graph, string name, DataType type, IEnumerable<long> shape, T[] values, float[] scales)
        where T : unmanaged
    {
        graph.Initializer.Add(Graphs.Tensor($"{name}_integers", type, shape, values));
        graph.Initializer.Add(Graphs.Tensor($"{name}_scale", DataType.Float, [scales.Length], scales));
        graph.Initializer.Add(Graphs.Tensor($"{name}_zero", type, [scales.Length], new T[scales.Length]));
        graph.Node.Add(Graphs.Node(
            "DequantizeLinear", [$"{name}_integers", $"{name}_scale", $"{name}_zero"], Dequantised(name),
            new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 }));
    }

    private static string Dequantised(string name) => $"{name}_float";
}
